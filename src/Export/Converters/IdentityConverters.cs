using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Converters;

/// <summary>Layers that do nothing in evaluation mode: their output is an alias of their input.</summary>
internal static class IdentityConverters
{
    public static Converter[] All { get; } =
    [
        Converter.Formula<Identity>(Same), Converter.Formula<Sequential>(Same),
        Converter.Formula<Dropout>(Same), Converter.Formula<Dropout1d>(Same), Converter.Formula<Dropout2d>(Same), Converter.Formula<Dropout3d>(Same),
        Converter.Formula<AlphaDropout>(Same), Converter.Formula<FeatureAlphaDropout>(Same),
    ];

    private static OnnxValue Same(Module layer, OnnxValue x) => x;
}
