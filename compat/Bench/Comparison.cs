using System.Text.Encodings.Web;
using System.Text.Json;

namespace Compat.Bench;

/// <summary>One measurement beside its peer's, in the form that every comparison prints as JSON.</summary>
/// <param name="Limit">The most that <paramref name="Ours"/> may be.</param>
internal sealed record Comparison(string Name, string Unit, double Ours, double Peer, string PeerName, double Limit)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public double Ratio => Ours / Peer;

    public double LimitShare => Ours / Limit;

    public string ToJson() =>
        JsonSerializer.Serialize(new { Name, Unit, Ours, Peer, PeerName, Ratio, Limit, LimitShare }, Format);
}
