using System.Globalization;
using System.Text.Json;

namespace MLNetGen.Cli.Bench;

/// <summary>One figure of ours against a peer's, both medians of interleaved runs.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">The figures' unit.</param>
/// <param name="Ours">Ours.</param>
/// <param name="Peer">The peer's.</param>
/// <param name="PeerName">Who the peer is.</param>
/// <param name="Limit">What the machine could do at best, in the same unit.</param>
internal sealed record Comparison(string Name, string Unit, double Ours, double Peer, string PeerName, double Limit)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public double Ratio => Ours / Peer;

    public double LimitShare => Ours / Limit;

    public void Print(bool json) => Console.WriteLine(json
        ? JsonSerializer.Serialize(this, Json)
        : string.Create(CultureInfo.InvariantCulture, $"{Name}: {Ours:F0} {Unit}, {PeerName} {Peer:F0}: {Ratio:F2}×; {LimitShare:P0} of this machine's limit of {Limit:F0}"));

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
