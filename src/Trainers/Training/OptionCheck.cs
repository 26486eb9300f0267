namespace MLNetGen;

/// <summary>Refuses option values outside their range, naming option, value and range.</summary>
internal static class OptionCheck
{
    public static void AtLeast(string option, int value, int least)
    {
        if (value < least)
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be at least {least}.");
    }

    public static void Named(string option, string? column, string what)
    {
        if (string.IsNullOrEmpty(column))
            throw new ArgumentException($"{option} is empty: name {what}.");
    }

    /// <summary>Of pictures in a network.</summary>
    public static void Channels(string option, int value)
    {
        if (value is not (0 or 1 or 3))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be 1 (grey), 3 (colour) or 0 (as the pictures are).");
    }

    public static void Positive(string option, double value)
    {
        if (!(value > 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be a number above 0.");
    }

    public static void NotNegative(string option, double value)
    {
        if (!(value >= 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be 0 or a number above it.");
    }

    /// <summary>For an option that is in its range and does not fit the rows, a file or another option.</summary>
    public static ArgumentException Misfit(string option, string message, Exception? inner = null) => new(message, option, inner);

    public static void Fraction(string option, double value)
    {
        if (!(value is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be at least 0 and below 1.");
    }
}
