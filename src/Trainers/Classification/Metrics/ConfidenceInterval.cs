namespace MLNetGen;

/// <summary>Where a share lies, with 95% confidence. Both ends are 0 to 1.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    // The standard normal's 97.5th percentile.
    private const double Z = 1.959963984540054;

    /// <summary>Wilson's score interval of a share, 95%. Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.</summary>
    /// <param name="hits">0 to <paramref name="count"/>.</param>
    /// <param name="count">Independent trials; of none, the interval is 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hits"/> is negative or above <paramref name="count"/>.</exception>
    public static ConfidenceInterval Wilson(int hits, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, count);
        if (count == 0)
            return new(0, 1);
        double n = count, share = hits / n, square = Z * Z;
        double middle = (share + (square / (2 * n))) / (1 + (square / n));
        double half = Z / (1 + (square / n)) * Math.Sqrt((share * (1 - share) / n) + (square / (4 * n * n)));
        // None and all are exact in theory, and would be a rounding error beside it.
        return new(hits == 0 ? 0 : middle - half, hits == count ? 1 : middle + half);
    }
}
