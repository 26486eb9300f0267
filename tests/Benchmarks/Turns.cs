using System.Globalization;

namespace MLNetGen.Benchmarks;

/// <summary>Whom ours is held against.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Speed">Measures it once.</param>
internal sealed record Peer(string Name, Func<double> Speed)
{
    public const string PlainLoop = "a plain TorchSharp loop", PlainPass = "a plain TorchSharp forward pass";
}

/// <summary>Measures ours and its peers in turn, so that a machine that slows down slows all of them, and prints the medians.</summary>
/// <param name="rounds">Runs of each side.</param>
/// <param name="json">Prints them as JSON objects.</param>
/// <param name="isPart">Prints nothing: they go into a table.</param>
internal sealed class Turns(int rounds, bool json, bool isPart = false)
{
    private readonly List<Comparison> results = [];

    public IReadOnlyList<Comparison> Results => results;

    public void Compare(string name, string unit, double? limit, string limitName, Func<double> ours, IReadOnlyList<Peer> peers)
    {
        Peer[] sides = [new("ours", ours), .. peers];
        List<double>[] speeds = [.. sides.Select(_ => new List<double>())];
        for (int round = 1; round <= rounds; round++)
        {
            // Another one first in every round: what comes first finds cold caches.
            for (int turn = 0; turn < sides.Length; turn++)
            {
                int side = (turn + round) % sides.Length;
                speeds[side].Add(sides[side].Speed());
            }
            string figures = string.Join(", ", sides.Zip(speeds, (side, speed) => string.Create(CultureInfo.InvariantCulture, $"{side.Name} {speed[^1]:F1}")));
            Console.Error.WriteLine($"{name}, round {round} of {rounds}: {figures} {unit}");
        }
        double[] medians = [.. speeds.Select(Comparison.Median)];
        for (int peer = 1; peer < sides.Length; peer++)
        {
            results.Add(new(name, unit, medians[0], medians[peer], sides[peer].Name, limit, limitName));
            if (!isPart)
                results[^1].Print(json);
        }
    }
}
