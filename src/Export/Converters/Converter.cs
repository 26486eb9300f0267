using static TorchSharp.torch;
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

/// <summary>Inputs on which a layer shows its settings.</summary>
internal static class ProbeInput
{
    /// <summary>Numbers in ±<paramref name="scale"/>, the same ones every time, on the device and of the type of a weight; torch's random state is left alone.</summary>
    public static Tensor Like(Tensor weight, double scale, params long[] shape)
    {
        var random = new Random(1);
        var numbers = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = (float)((2 * random.NextDouble() - 1) * scale);
        return tensor(numbers, shape).to(weight.dtype, weight.device);
    }
}
