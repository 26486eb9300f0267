namespace Microsoft.ML.Data;

/// <summary>The value that stands for none: NaN, empty text, key 0; for other types their default.</summary>
internal static class MissingValues
{
    public static T Of<T>() =>
        typeof(T) == typeof(float) ? (T)(object)float.NaN
        : typeof(T) == typeof(double) ? (T)(object)double.NaN
        : default;

    /// <summary>Whether a value is left out of a dictionary of values.</summary>
    public static bool IsMissing<T>(T value, bool isKey) => value switch
    {
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        ReadOnlyMemory<char> text => text.IsEmpty,
        _ => isKey && EqualityComparer<T>.Default.Equals(value, default),
    };
}
