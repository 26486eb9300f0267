namespace MLNetGen.Export.Tests.Cases;

/// <summary>What random cases are made of.</summary>
internal static class Draw
{
    public static bool Coin(this Random r) => r.Next(2) == 0;

    public static T One<T>(this Random r, params T[] choices) => choices[r.Next(choices.Length)];

    /// <summary>As many numbers, each from least to most.</summary>
    public static long[] Many(this Random r, int count, long least, long most) =>
        [.. Enumerable.Range(0, count).Select(_ => r.NextInt64(least, most + 1))];

    /// <summary>A row: channels, then lengths that are the least or up to four more.</summary>
    public static long[] Row(this Random r, long channels, params long[] least) =>
        [channels, .. least.Select(length => length + r.Next(5))];

    public static long[] Picture(this Random r, long channels, long least = 2) => r.Row(channels, least, least);

    /// <summary>A row of any rank.</summary>
    public static long[] AnyRow(this Random r) => r.Many(r.Next(1, 5), 2, 6);

    public static double Epsilon(this Random r) => Math.Pow(10, -r.Next(2, 6));

    public static (long, long) Two(long[] values) => (values[0], values[1]);

    public static (long, long, long) Three(long[] values) => (values[0], values[1], values[2]);
}
