using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.Runtime;

/// <summary>Argument checks, with the exception types and wording of the real package.</summary>
internal static class Contracts
{
    public static void Check([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
            throw Except(message);
    }

    public static void CheckParam([DoesNotReturnIf(false)] bool condition, string name, string message)
    {
        if (!condition)
            throw ExceptParam(name, message);
    }

    public static void CheckUserArg([DoesNotReturnIf(false)] bool condition, string name, string message) =>
        CheckParam(condition, name, message);

    public static void CheckValue(object value, string name)
    {
        if (value is null)
            throw new ArgumentNullException(name);
    }

    public static void CheckNonEmpty(string value, string name)
    {
        if (string.IsNullOrEmpty(value))
            throw new ArgumentOutOfRangeException(name, $"{name} cannot be null or empty");
    }

    public static void CheckNonEmpty<T>(IReadOnlyCollection<T> value, string name)
    {
        if (value is null || value.Count == 0)
            throw new ArgumentOutOfRangeException(name, $"{name} cannot be null or empty");
    }

    public static void CheckDecode([DoesNotReturnIf(false)] bool condition, string message = "Unexpected bytes in the saved model")
    {
        if (!condition)
            throw ExceptDecode(message);
    }

    public static InvalidOperationException Except(string message, Exception inner = null) => new(message, inner);

    public static ArgumentOutOfRangeException ExceptParam(string name, string message) => new(name, message);

    public static ArgumentOutOfRangeException ExceptUserArg(string name, string message) => new(name, message);

    public static FormatException ExceptDecode(string message, Exception inner = null) => new(message, inner);

    public static ArgumentOutOfRangeException ExceptSchemaMismatch(string paramName, string role, string column) =>
        new(paramName, $"Could not find {role} column '{column}'");

    public static ArgumentOutOfRangeException ExceptSchemaMismatch(string paramName, string role, string column, string expected, string actual) =>
        new(paramName, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");
}
