using MLNetGen.Export.Converters;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>The converters from TorchSharp layers to ONNX nodes. Safe to use from several threads.</summary>
public static class OnnxConverters
{
    private static readonly Converter[] BuiltIn =
    [
        .. LayerConverters.All, .. ActivationConverters.All, .. EmbeddingConverters.All, .. RecurrentConverters.All, .. AttentionConverters.All,
    ];

    private static readonly Lock Gate = new();
    private static volatile Converter[] registered = [];

    /// <summary>
    /// Registers a converter for a module type and those derived from it. Calls of such a module become what the converter
    /// writes, whether or not it has children. The latest registration wins, also over a built-in converter.
    /// </summary>
    /// <typeparam name="TModule">The module type.</typeparam>
    /// <param name="converter">Appends the nodes of one call and sets its outputs.</param>
    public static void Register<TModule>(Action<TModule, OnnxCall> converter)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(converter);
        lock (Gate)
            registered = [Converter.For(converter), .. registered];
    }

    /// <summary>
    /// Says how many heads an attention layer has, which nothing public of it tells. The exporter finds the number by
    /// comparing with the layer's own output, and asks for this only where several numbers would explain that output.
    /// </summary>
    /// <param name="attention">The layer.</param>
    /// <param name="heads">Its number of heads; the exporter checks it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public static void Describe(MultiheadAttention attention, int heads)
    {
        ArgumentNullException.ThrowIfNull(attention);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        AttentionHeads.Stated.AddOrUpdate(attention, new(heads));
    }

    /// <summary>Names of the module types that can be exported, in alphabetical order.</summary>
    public static IReadOnlyList<string> Supported =>
        [.. registered.Concat(BuiltIn).Select(converter => converter.Name).Distinct().Order(StringComparer.Ordinal)];

    internal static IEnumerable<string> BuiltInNames => BuiltIn.Select(converter => converter.Name);

    internal static bool IsLeaf(Module module) =>
        module is IOnnxConvertible || !module.children().Any() || Array.Exists(registered, converter => converter.Matches(module));

    internal static Action<Module, OnnxCall>? Find(Module module)
    {
        Converter? own = Array.Find(registered, converter => converter.Matches(module));
        if (own is not null) return own.Write;
        if (module is IOnnxConvertible convertible) return (_, call) => convertible.ToOnnx(call);
        return Array.Find(BuiltIn, converter => converter.Matches(module))?.Write;
    }

    internal static string Unknown(Module module, string path)
    {
        string type = module.GetType().Name;
        return $"There is no ONNX converter for {type} ('{path}'). Supported: {string.Join(", ", Supported)}, and modules made of them. " +
            $"Register one before exporting:{Environment.NewLine}" +
            $"OnnxConverters.Register<{type}>((module, call) =>{Environment.NewLine}" +
            $"    call.SetOutput(call.Node(\"Relu\", [call.Input()])));  // nodes that compute what {type} does{Environment.NewLine}" +
            $"or let {type} implement IOnnxConvertible.";
    }
}
