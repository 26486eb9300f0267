namespace MLNetGen.Export.Tests.Cases;

/// <summary>Every layer with a built-in converter, under its type's name, some of them followed by what is special about the case.</summary>
internal static class LayerCases
{
    public static IReadOnlyDictionary<string, Func<Random, LayerCase>> All { get; } = new[]
    {
        LinearCases.All, ConvolutionCases.All, NormalizationCases.All, PoolingCases.All, PaddingCases.All, ShapeCases.All,
        ActivationCases.All, IdentityCases.All, GlueCases.All,
    }.SelectMany(cases => cases).ToDictionary();

    /// <summary>The type's name in a case's name.</summary>
    public static string LayerOf(string name) => name.Split(' ')[0];
}
