using System.Globalization;

namespace MLNetGen.Cli.Scoring;

/// <summary>One of several processes that share the parts of a job: <c>2/8</c> has the second part and every eighth after it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Count">How many processes there are.</param>
internal readonly record struct Shard(int Number, int Count)
{
    /// <summary>Reads <c>i/n</c>; null where it is something else.</summary>
    public static Shard? TryParse(string text) =>
        text.Split('/') is [string first, string second]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        && number >= 1 && number <= count
            ? new Shard(number, count) : null;

    /// <summary>Its parts, of so many in all. Neighbours go to different shards, since pictures that lie side by side are alike in size.</summary>
    public IEnumerable<int> PartsOf(int count)
    {
        for (int part = Number - 1; part < count; part += Count)
            yield return part;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
