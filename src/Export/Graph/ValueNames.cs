namespace MLNetGen.Export;

internal static class ValueNames
{
    /// <summary>The chosen names, or the usual ones: <c>input</c>, or <c>input_0</c>, <c>input_1</c>, ...</summary>
    /// <exception cref="ArgumentException">There are not as many as values, or they are not all different.</exception>
    public static string[] Of(string kind, IReadOnlyList<string>? chosen, int count)
    {
        if (chosen is null)
            return count == 1 ? [kind] : [.. Enumerable.Range(0, count).Select(i => $"{kind}_{i}")];
        if (chosen.Count != count)
            throw new ArgumentException($"{chosen.Count} {kind} name(s) were given, but the module has {count} {kind}(s).");
        if (chosen.Any(string.IsNullOrEmpty) || chosen.Distinct().Count() != count)
            throw new ArgumentException($"The {kind} names ({string.Join(", ", chosen)}) must be different and not empty.");
        return [.. chosen];
    }
}
