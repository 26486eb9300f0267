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
internal sealed class Turns(int rounds, bool json)
{
    public void Compare(string name, string unit, double limit, string limitName, Func<double> ours, IReadOnlyList<Peer> peers)
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
            new Comparison(name, unit, medians[0], medians[peer], sides[peer].Name, limit, limitName).Print(json);
    }
}
