namespace MLNetGen;

/// <summary>A few of many, evenly spread, with the first and the last always among them.</summary>
internal static class EvenChoice
{
    /// <summary>Ascending, distinct indices into <paramref name="count"/> things; at most <paramref name="most"/> (2 or more).</summary>
    public static IReadOnlyList<int> Of(int count, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        if (count <= most)
            return [.. Enumerable.Range(0, count)];
        return [.. Enumerable.Range(0, most).Select(i => (int)Math.Round((double)i * (count - 1) / (most - 1)))];
    }
}
