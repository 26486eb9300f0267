using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNetGen.Benchmarks;

/// <summary>One figure of ours against a peer's, both medians of interleaved runs; or against a limit alone.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">The figures' unit.</param>
/// <param name="Ours">Ours.</param>
/// <param name="Peer">The peer's; null where no peer has such a figure.</param>
/// <param name="PeerName">Who the peer is; null where there is none.</param>
/// <param name="Limit">What the machine could do at best, or what is allowed, in the same unit; null where there is no such figure.</param>
/// <param name="LimitName">Which of the two.</param>
internal sealed record Comparison(
    string Name, string Unit, double Ours, double? Peer, string? PeerName, double? Limit, [property: JsonIgnore] string LimitName = "this machine's limit")
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Null without a peer, and where the peer's figure is 0.</summary>
    public double? Ratio => Peer > 0 ? Ours / Peer : null;

    public double? LimitShare => Ours / Limit;

    public void Print(bool json) => Console.WriteLine(json
        ? JsonSerializer.Serialize(this, Json)
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}: {Text(Ours)} {Unit}{PeerText}{LimitText}"));

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private string LimitText => Limit is { } limit ? string.Create(CultureInfo.InvariantCulture, $"; {LimitShare:P0} of {LimitName} of {Text(limit)}") : "";

    private string PeerText => Peer is not { } peer
        ? ""
        : $", {PeerName} {Text(peer)}{(Ratio is { } ratio ? string.Create(CultureInfo.InvariantCulture, $": {ratio:F2}×") : "")}";

    private static string Text(double value) =>
        value.ToString(value is > 0 and < 0.001 ? "0.0E-0" : value < 100 ? "F2" : "F0", CultureInfo.InvariantCulture);
}
