using static TorchSharp.torch;

namespace MLNetGen.Weights;

/// <summary>Python's tuple, torch.Size included.</summary>
internal sealed record PickledTuple(object?[] Items);

/// <summary>Python's dict and OrderedDict. Entries whose key is no text are dropped: none of them names a tensor.</summary>
internal sealed class PickledDictionary
{
    public OrderedDictionary<string, object?> Items { get; } = new(StringComparer.Ordinal);

    public void Set(object? key, object? value)
    {
        if (key is string name) Items[name] = value;
    }
}

/// <summary>A block of elements that lies outside of the pickle.</summary>
/// <param name="Key">What the file calls it.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="Count">Elements.</param>
/// <param name="Start">Elements of the block before the part that is meant.</param>
internal sealed record PickledStorage(string Key, ScalarType Type, long Count, long Start);

/// <summary>A tensor before its elements are looked for. Offset and strides count elements.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>With its elements found.</summary>
    public StoredTensor Stored(string name, ByteSource bytes)
    {
        int size = ElementType.SizeOf(Storage.Type);
        Int128 start = (Int128)Storage.Start + Offset;
        if (Storage.Count < 0 || Storage.Count > bytes.Length / size)
            throw Damage.Truncated($"'{name}' lies among {Storage.Count:N0} elements of {ElementType.NameOf(Storage.Type)}, but {bytes.Length:N0} bytes are stored");
        if (start < 0 || start > Storage.Count)
            throw Damage.Truncated($"'{name}' begins at element {start:N0} of {Storage.Count:N0}");
        return new(name, Shape, Storage.Type, bytes, (long)start * size, Strides);
    }
}

/// <summary>
/// What a pickle of weights may name. These are words to us: nothing of Python's is ever looked up or run, and a pickle
/// that names anything else is refused.
/// </summary>
internal sealed class PickledGlobal
{
    private static readonly PickledGlobal OrderedDictionary = new(Dictionary);
    private static readonly PickledGlobal Parameter = new(FirstArgument);

    private static readonly Dictionary<string, PickledGlobal> Known = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = OrderedDictionary,
        ["torch.Size"] = new(Size),
        ["torch._utils._rebuild_tensor"] = new(Tensor),
        ["torch._utils._rebuild_tensor_v2"] = new(Tensor),
        ["torch._utils._rebuild_parameter"] = Parameter,
        ["torch._utils._rebuild_parameter_with_state"] = Parameter,
        ["torch.nn.parameter.Parameter"] = Parameter,
        ["torch.DoubleStorage"] = new(ScalarType.Float64),
        ["torch.FloatStorage"] = new(ScalarType.Float32),
        ["torch.HalfStorage"] = new(ScalarType.Float16),
        ["torch.BFloat16Storage"] = new(ScalarType.BFloat16),
        ["torch.LongStorage"] = new(ScalarType.Int64),
        ["torch.IntStorage"] = new(ScalarType.Int32),
        ["torch.ShortStorage"] = new(ScalarType.Int16),
        ["torch.CharStorage"] = new(ScalarType.Int8),
        ["torch.ByteStorage"] = new(ScalarType.Byte),
        ["torch.BoolStorage"] = new(ScalarType.Bool),
    };

    private readonly Func<object?[], Budget, object?>? make;

    private PickledGlobal(Func<object?[], Budget, object?> make) => this.make = make;

    private PickledGlobal(ScalarType elements) => Elements = elements;

    /// <summary>Of a kind of storage; null for everything else.</summary>
    public ScalarType? Elements { get; }

    public static PickledGlobal Find(string module, string name) => Known.GetValueOrDefault($"{module}.{name}") ?? throw Refused(module, name);

    public static BadWeightsException Refused(string module, string name) => new(
        $"asks to run '{module}.{name}': it is not a file of weights, and nothing of it was run. " +
        "Save the weights alone: torch.save(model.state_dict(), path).");

    public static BadWeightsException Odd(string what) => Damage.Truncated($"its pickle holds {what}");

    /// <summary>Stands in for the call that Python would make.</summary>
    /// <param name="arguments">What it is called with.</param>
    /// <param name="budget">Pays for what it copies: the same arguments may be given over and over.</param>
    public object? Call(object?[] arguments, Budget budget) =>
        make is null ? throw Odd("a call of a storage's type") : make(arguments, budget);

    private static object? Dictionary(object?[] arguments, Budget budget)
    {
        PickledDictionary dictionary = new();
        if (arguments.Length == 0) return dictionary;
        // Python 2 hands the entries over as pairs.
        if (arguments is not [List<object?> entries]) throw Odd("an OrderedDict of something other than pairs");
        budget.Spend(entries.Count);
        foreach (object? entry in entries)
        {
            (object? key, object? value) = entry switch
            {
                List<object?> { Count: 2 } pair => (pair[0], pair[1]),
                PickledTuple { Items: [var first, var second] } => (first, second),
                _ => throw Odd("an OrderedDict of something other than pairs"),
            };
            dictionary.Set(key, value);
        }

        return dictionary;
    }

    private static object? Size(object?[] arguments, Budget budget) => arguments is [PickledTuple size] ? size : throw Odd("a torch.Size of something other than numbers");

    // storage, offset, size, stride; then, from version 2 on, requires_grad, hooks and metadata.
    private static object? Tensor(object?[] arguments, Budget budget) =>
        arguments is [PickledStorage storage, long offset, PickledTuple size, PickledTuple stride, ..]
            ? new PickledTensor(storage, offset, Lengths(size, budget), Lengths(stride, budget))
            : throw Odd("a tensor that lacks its storage, offset, size or stride");

    private static object? FirstArgument(object?[] arguments, Budget budget) =>
        arguments is [PickledTensor tensor, ..] ? tensor : throw Odd("a parameter that is no tensor");

    private static long[] Lengths(PickledTuple tuple, Budget budget)
    {
        if (tuple.Items.Length > StoredTensor.MaxDimensions) throw Odd($"a size of {tuple.Items.Length:N0} numbers, where PyTorch has {StoredTensor.MaxDimensions} at most");
        budget.Spend(tuple.Items.Length);
        return [.. tuple.Items.Select(item => item is long length ? length : throw Odd("a size that is no number"))];
    }
}
