using System.Globalization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// A module, or a function, that takes tensors and returns tensors: single ones, arrays, lists, tuples, dictionaries. Modules of the usual signatures convert to it
/// implicitly, so that methods taking one accept the module itself; for others <see cref="Of"/> says how they are called.
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

    /// <summary>One tensor in, one out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, Tensor> module) =>
        new(module, 1, x => [module.call(x[0])]);

    /// <summary>Two tensors in, one out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, Tensor, Tensor> module) =>
        new(module, 2, x => [module.call(x[0], x[1])]);

    /// <summary>Three tensors in, one out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, Tensor, Tensor, Tensor> module) =>
        new(module, 3, x => [module.call(x[0], x[1], x[2])]);

    /// <summary>Four tensors in, one out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, Tensor, Tensor, Tensor, Tensor> module) =>
        new(module, 4, x => [module.call(x[0], x[1], x[2], x[3])]);

    /// <summary>An array of tensors in, one out.</summary>
    public static implicit operator ExportableModule(Module<Tensor[], Tensor> module) =>
        new(module, -1, x => [module.call([.. x])]);

    /// <summary>An array of tensors in, an array of them out.</summary>
    public static implicit operator ExportableModule(Module<Tensor[], Tensor[]> module) =>
        new(module, -1, x => module.call([.. x]));

    /// <summary>A pair of tensors in, one out.</summary>
    public static implicit operator ExportableModule(Module<(Tensor, Tensor), Tensor> module) =>
        new(module, 2, x => [module.call((x[0], x[1]))]);

    /// <summary>Three tensors in one tuple in, one out.</summary>
    public static implicit operator ExportableModule(Module<(Tensor, Tensor, Tensor), Tensor> module) =>
        new(module, 3, x => [module.call((x[0], x[1], x[2]))]);

    /// <summary>One tensor in, a list of them out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, List<Tensor>> module) =>
        new(module, 1, x => [.. module.call(x[0])]);

    /// <summary>One tensor in, several by name out: the names become the file's.</summary>
    public static implicit operator ExportableModule(Module<Tensor, Dictionary<string, Tensor>> module)
    {
        ExportableModule? whole = null;
        return whole = new(module, 1, x => whole!.Named(module.call(x[0])));
    }

    /// <summary>One tensor in, an array of them out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, Tensor[]> module) =>
        new(module, 1, x => module.call(x[0]));

    /// <summary>One tensor in, two out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, (Tensor, Tensor)> module) =>
        new(module, 1, x => List(module.call(x[0])));

    /// <summary>One tensor in, three out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, (Tensor, Tensor, Tensor)> module) =>
        new(module, 1, x => List(module.call(x[0])));

    // Without annotations it takes modules whose second tensor may be null and those whose may not.
#nullable disable annotations
    /// <summary>Two tensors in, two out. The second one, the initial state, is optional for a GRU or RNN.</summary>
    public static implicit operator ExportableModule(Module<Tensor, Tensor, (Tensor, Tensor)> module) =>
        new(module, 2, x => List(module.call(x[0], x.ElementAtOrDefault(1)!)), optionalInputCount: module is TorchSharp.Modules.GRU or TorchSharp.Modules.RNN ? 1 : 0);
#nullable restore annotations

    /// <summary>An LSTM: a sequence and, optionally, the initial hidden and cell states in; output and final states out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)> module) =>
        new(module, 3, x => List(module.call(x[0], States(x))), optionalInputCount: 2);

    /// <summary>
    /// A MultiheadAttention: query, key, value and, optionally, key_padding_mask and attn_mask in; output and weights out.
    /// </summary>
    public static implicit operator ExportableModule(Module<Tensor, Tensor, Tensor, Tensor?, bool, Tensor?, Tuple<Tensor, Tensor>> module) =>
        new(module, 5, x => List(module.call(x[0], x[1], x[2], x.ElementAtOrDefault(3), true, x.ElementAtOrDefault(4)).ToValueTuple()), optionalInputCount: 2);

    /// <summary>One tensor in, four out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, (Tensor, Tensor, Tensor, Tensor)> module) =>
        new(module, 1, x => module.call(x[0]) is var y ? [y.Item1, y.Item2, y.Item3, y.Item4] : []);

    /// <summary>Two tensors in, three out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, Tensor, (Tensor, Tensor, Tensor)> module) =>
        new(module, 2, x => List(module.call(x[0], x[1])));

    /// <summary>Three tensors in, two out.</summary>
    public static implicit operator ExportableModule(Module<Tensor, Tensor, Tensor, (Tensor, Tensor)> module) =>
        new(module, 3, x => List(module.call(x[0], x[1], x[2])));

    /// <summary>A module that takes tensors by name and returns one.</summary>
    /// <param name="module">The module.</param>
    /// <param name="names">The names of its inputs, in the order of the example inputs; the file's are the same.</param>
    public static ExportableModule ByName(Module<Dictionary<string, Tensor>, Tensor> module, params string[] names) =>
        new(module, names.Length, x => [module.call(Dictionary(names, x))]) { InputKeys = names };

    /// <summary>A module that takes tensors by name and returns some by name.</summary>
    /// <inheritdoc cref="ByName(Module{Dictionary{string, Tensor}, Tensor}, string[])"/>
    public static ExportableModule ByName(Module<Dictionary<string, Tensor>, Dictionary<string, Tensor>> module, params string[] names)
    {
        ExportableModule? whole = null;
        return whole = new(module, names.Length, x => whole!.Named(module.call(Dictionary(names, x)))) { InputKeys = names };
    }

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
            return top is null ? outputs : [.. outputs, .. List(top.call(outputs[0]))];
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

    private static (Tensor, Tensor)? States(IReadOnlyList<Tensor> inputs) => inputs.Count switch
    {
        1 => null,
        3 => (inputs[1], inputs[2]),
        _ => throw new ArgumentException("An LSTM takes a hidden and a cell state, or neither; one example input of the two was given.", nameof(inputs)),
    };

    private static Dictionary<string, Tensor> Dictionary(string[] names, IReadOnlyList<Tensor> inputs) => names.Zip(inputs).ToDictionary(pair => pair.First, pair => pair.Second);

    private Tensor[] Named(Dictionary<string, Tensor> outputs)
    {
        string[] keys = [.. outputs.Keys];
        if (outputKeys is not null && !outputKeys.SequenceEqual(keys))
            throw new InvalidOperationException($"{Module.GetType().Name} returns {string.Join(", ", keys)}, and before that {string.Join(", ", outputKeys)}: a file has always the same outputs.");
        outputKeys = keys;
        return [.. outputs.Values];
    }

    private static Tensor[] List((Tensor, Tensor) pair) => [pair.Item1, pair.Item2];

    private static Tensor[] List((Tensor, Tensor, Tensor) triple) => [triple.Item1, triple.Item2, triple.Item3];

    private sealed class Parts : Module
    {
        public Parts(Module[] modules)
            : base("Function")
        {
            for (int i = 0; i < modules.Length; i++) register_module(i.ToString(CultureInfo.InvariantCulture), modules[i]);
        }
    }
}
