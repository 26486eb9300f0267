using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Converters;

internal sealed record Converter(string Name, Func<Module, bool> Matches, Action<Module, OnnxCall> Write)
{
    public static Converter For<TModule>(Action<TModule, OnnxCall> write)
        where TModule : Module =>
        new(typeof(TModule).Name, module => module is TModule, (module, call) => write((TModule)module, call));

    /// <summary>A converter of a layer that is an operation of libtorch: its arguments are the layer's inputs, then these settings.</summary>
    public static Converter Operation<TModule>(string name, Func<TModule, object?[]>? settings = null)
        where TModule : Module =>
        For<TModule>((module, call) => call.Write(name, settings?.Invoke(module) ?? []));

    /// <summary>A converter of a layer that is a formula of its input.</summary>
    public static Converter Formula<TModule>(Func<TModule, OnnxValue, OnnxValue> write)
        where TModule : Module =>
        For<TModule>((module, call) => call.SetOutput(write(module, call.Input())));
}
