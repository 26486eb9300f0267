using System.Collections;
using System.Reflection;

namespace MLNetGen;

/// <summary>What ML.NET's transformers know of themselves and do not tell in public.</summary>
internal static class HiddenMembers
{
    /// <summary>A field or property by its name.</summary>
    /// <exception cref="NotSupportedException">This version of ML.NET has none.</exception>
    public static T Of<T>(object of, string name) => Find(of, name) is T value ? value
        : throw new NotSupportedException($"this version of ML.NET keeps no {typeof(T).Name} '{name}' in its {of.GetType().Name}: MLNetGen was written for Microsoft.ML 5.0.");

    /// <summary>The items of a list.</summary>
    /// <exception cref="NotSupportedException">This version of ML.NET has none.</exception>
    public static IEnumerable<object> Items(object of, string name) => Of<IEnumerable>(of, name).Cast<object>();

    /// <summary>Null where there is none.</summary>
    public static object? Find(object? of, string name)
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        return of is null ? null : of.GetType().GetField(name, Any) is { } field ? field.GetValue(of) : of.GetType().GetProperty(name, Any)?.GetValue(of);
    }
}
