using System.Globalization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// A module, or a function, that takes tensors and returns tensors: single ones, arrays, lists, tuples, dictionaries. Modules convert to it
/// implicitly, so that methods taking one accept the module itself; for one that takes other things too <see cref="Of"/> says how it is called.
/// </summary>
public sealed class ExportableModule
{
    private readonly Func<IReadOnlyList<Tensor>, Tensor[]> call;
    private readonly int optionalInputCount;
    private ExportableModule? inner;
    private string[]? outputKeys;

    private ExportableModule(Module module, int inputCount, Func<IReadOnlyList<Tensor>, Tensor[]> call, int optionalInputCount = 0)
    {
        ArgumentNullException.ThrowIfNull(module);
        Module = module;
        InputCount = inputCount;
        this.optionalInputCount = optionalInputCount;
        this.call = call;
    }

    /// <summary>The module itself.</summary>
    public Module Module { get; }

    /// <summary>How many tensors it takes, optional ones included; -1 for a module that takes an array.</summary>
    public int InputCount { get; }

    /// <summary>A module that takes and gives tensors, and tuples, arrays and lists of them; it may give a dictionary, too, whose keys become the file's names.</summary>
    public static implicit operator ExportableModule(Module module) => BySignature(module, null);

    /// <summary>A module that takes tensors by name.</summary>
    /// <param name="module">The module; it takes a dictionary.</param>
    /// <param name="names">The names of its inputs, in the order of the example inputs; the file's are the same.</param>
    public static ExportableModule ByName(Module module, params string[] names) => BySignature(module, names);

    /// <summary>A module of any signature.</summary>
    /// <param name="module">The module.</param>
    /// <param name="call">Calls it (<c>call</c>, not <c>forward</c>, for its layers' names to be in the file): the example inputs in, its results out.</param>
    public static ExportableModule Of(Module module, Func<Tensor[], Tensor[]> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return new(module, -1, x => call([.. x]));
    }

    /// <summary>A function of tensors.</summary>
    /// <param name="function">The function.</param>
    /// <param name="modules">The modules that it uses, whose weights the file has by their names: <c>0.weight</c>, <c>1.weight</c>…</param>
    public static ExportableModule FromFunction(Func<Tensor[], Tensor[]> function, params Module[] modules)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(new Parts(modules), -1, x => function([.. x]));
    }

    /// <summary>The functions that run it, which may hold tensors too.</summary>
    internal IEnumerable<Delegate> Delegates => [call];

    /// <summary>Names that the module has for its inputs; null for none.</summary>
    internal string[]? InputKeys { get; private init; }

    /// <summary>Names that the module gave its outputs when it was last called; null for none.</summary>
    internal string[]? OutputKeys => inner?.OutputKeys ?? outputKeys;

    /// <summary>Layers that the file has besides the module's own, with their paths.</summary>
    internal IReadOnlyList<(string Path, Module Module)> Added { get; private init; } = [];

    /// <summary>The module with what options put before and after it in the file.</summary>
    internal ExportableModule For(OnnxExportOptions options)
    {
        if (options.PixelInput is null && options.PixelOutput is null && options.TopK is null) return this;
        PixelInput? before = options.PixelInput;
        PixelOutput? after = options.PixelOutput;
        TopK? top = options.TopK is { } k ? new TopK(k) : null;
        return new(Module, InputCount, inputs =>
        {
            if (before is not null) inputs = [before.call(inputs[0]), .. inputs.Skip(1)];
            Tensor[] outputs = Call(inputs);
            if (after is not null) outputs[0] = after.call(outputs[0]);
            if (top is null) return outputs;
            (Tensor values, Tensor indices) = top.call(outputs[0]);
            return [.. outputs, values, indices];
        }, optionalInputCount)
        {
            inner = this,
            InputKeys = InputKeys,
            Added = [.. new (string, Module?)[] { ("pixels", before), ("picture", after), ("top", top) }
                .Where(layer => layer.Item2 is not null).Select(layer => (layer.Item1, layer.Item2!))],
        };
    }

    /// <summary>Runs the module.</summary>
    /// <exception cref="ArgumentException">The number of inputs is not the module's.</exception>
    internal Tensor[] Call(IReadOnlyList<Tensor> inputs)
    {
        if (InputCount >= 0 && (inputs.Count > InputCount || inputs.Count < InputCount - optionalInputCount))
        {
            string count = optionalInputCount == 0 ? $"{InputCount}" : $"{InputCount - optionalInputCount} to {InputCount}";
            throw new ArgumentException(
                $"{Module.GetType().Name} takes {count} tensor(s), but {inputs.Count} example input(s) were given.", nameof(inputs));
        }

        Tensor[] outputs = call(inputs);
        return Array.IndexOf(outputs, null) is var missing and >= 0
            ? throw new InvalidOperationException($"output {missing} of {Module.GetType().Name} is null: a file gives every output every time.") : outputs;
    }

    private static ExportableModule BySignature(Module module, string[]? names)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (ModuleSignature.Of(module) is not { } signature)
        {
            return new(module, -1, _ => throw new ArgumentException(
                $"{module.GetType().Name} takes or gives other things than tensors: say how it is called by ExportableModule.Of(module, x => [module.call(...)]).", nameof(module)));
        }

        ExportableModule? whole = null;
        return whole = new(module, names?.Length ?? signature.InputCount, x =>
        {
            (Tensor[] results, string[]? keys) = signature.Call(x, names);
            if (keys is not null && whole!.outputKeys is { } before && !before.SequenceEqual(keys))
                throw new InvalidOperationException($"{module.GetType().Name} returns {string.Join(", ", keys)}, and before that {string.Join(", ", before)}: a file has always the same outputs.");
            whole!.outputKeys = keys;
            return results;
        }, signature.OptionalInputCount) { InputKeys = names };
    }

    private sealed class Parts : Module
    {
        public Parts(Module[] modules)
            : base("Function")
        {
            for (int i = 0; i < modules.Length; i++) register_module(i.ToString(CultureInfo.InvariantCulture), modules[i]);
        }
    }
}
