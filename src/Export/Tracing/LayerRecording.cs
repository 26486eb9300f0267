using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>What is written down while a module runs.</summary>
internal abstract class Recording
{
    /// <summary>Whether it has thrown itself: what it says is said then, and not that the module has failed.</summary>
    public bool HasRefused { get; private set; }

    /// <summary>Adds an operation of our own, <c>mlnetgen::NAME</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="inputs">Tensors that go into it.</param>
    /// <param name="outputs">Tensors that are its results from now on.</param>
    public abstract void Add(string name, IEnumerable<Tensor> inputs, IEnumerable<Tensor> outputs);

    /// <summary>Whether a layer is now as its converter writes it: in evaluation mode, with the weights that it had when the export began.</summary>
    public abstract bool IsAsGiven(Module layer);

    /// <summary>Tells, later, whether a layer has written into one of its inputs.</summary>
    public abstract Func<bool> Watch(Module layer, Tensor input);

    protected TException Refuse<TException>(TException reason)
        where TException : Exception
    {
        HasRefused = true;
        return reason;
    }
}

/// <summary>
/// Records the calls of layers alone, where libtorch's tracer is not there: which tensors pass from one to the next. What happens to tensors between layers is not seen, and
/// refused where a layer reads the result.
/// </summary>
/// <remarks>
/// A tensor is known by its managed <see cref="Tensor"/>, held until the run ends: <c>Sequential</c> disposes its intermediates at once, so that native addresses recur. A
/// copy tells when its values change.
/// </remarks>
internal sealed class LayerRecording(IReadOnlyList<(Module Module, string Path, Action<Module, OnnxCall>? Converter)> leaves, DisposeScope scope) : Recording
{
    private readonly Dictionary<Tensor, (string Name, Tensor Copy)> known = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, string> weights = new(TensorIdentity.Comparer);
    private readonly List<TracedOperation> operations = [];
    private int names;
    private string? last;

    /// <param name="inputs">The module's inputs, all different.</param>
    /// <param name="held">Its weights, and other tensors that it holds.</param>
    /// <param name="run">What is recorded; it gives the results.</param>
    public OperationTrace Trace(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> held, Func<Recording, IReadOnlyList<Tensor>> run)
    {
        string[] given = [.. inputs.Select(Learn)];
        foreach (Tensor weight in held) weights.Add(weight, NewName());
        Note("known", [], [.. given, .. weights.Values], [.. inputs, .. held]);
        Add("results", run(this), []);
        return new(operations, []);
    }

    public override void Add(string name, IEnumerable<Tensor> inputs, IEnumerable<Tensor> outputs)
    {
        string[] parts = name.Split('_');
        Module? leaf = parts.Length > 1 && parts[0] != "result" ? leaves[int.Parse(parts[1], CultureInfo.InvariantCulture)].Module : null;
        string path = leaf is null ? "" : leaves[int.Parse(parts[1], CultureInfo.InvariantCulture)].Path;
        if (parts[0] == "enter")
        {
            throw Refuse(new NotSupportedException(OnnxConverters.Find(leaf!) is null ? OnnxConverters.Unknown(leaf!, path)
                : $"A forward hook of yours is on '{path}': what it does to the result is not seen where files are written from layers alone ({Libtorch.Problem ?? "as chosen"}). Take it off (remove()), or do that in a module."));
        }

        string[] read = [.. inputs.Select((tensor, i) => Read(tensor, leaf is null ? $"output {i} of the module" : $"{(parts[2].Length == 1 ? "the input" : $"input {i}")} of '{path}' ({leaf.GetType().Name})"))];
        Tensor[] results = [.. outputs];
        Note(name, read, [.. results.Select(Learn)], results);
        if (leaf is not null) last = path;
    }

    public override bool IsAsGiven(Module layer) => true;

    // With inplace: true it may leave the example's values as they are and change another input's.
    public override Func<bool> Watch(Module layer, Tensor input) => layer.GetType().GetProperty("inplace")?.GetValue(layer) is true ? () => true
        : known.TryGetValue(input, out (string Name, Tensor Copy) found) ? () => !input.IsInvalid && !IsLike(input, found.Copy) : () => false;

    private void Note(string name, string[] inputs, string[] outputs, Tensor[] results) => operations.Add(new(
        $"mlnetgen::{name}", inputs, outputs, [.. results.Select(result => $"{ElementTypes.NameOf(result.dtype)}({string.Join(", ", result.shape)})")], ""));

    private string Learn(Tensor tensor)
    {
        using Tensor detached = tensor.detach();
        string name = NewName();
        Tensor copy = detached.clone();
        // Whichever scope forward has opened.
        scope.Attach(copy);
        known[tensor] = (name, copy);
        return name;
    }

    private string NewName() => $"v{names++}";

    private string Read(Tensor tensor, string reader)
    {
        string who = $"{char.ToUpperInvariant(reader[0])}{reader[1..]}, of shape [{string.Join(", ", tensor.shape)}],", where = last is null ? "before any layer ran" : $"after '{last}' ran";
        if (known.TryGetValue(tensor, out (string Name, Tensor Copy) found))
        {
            return IsLike(tensor, found.Copy) ? found.Name : throw Refuse(new InvalidOperationException(
                $"{who} was changed in place, outside of any module, {where}. The exporter sees modules only: use operations that return a new tensor, inside a module (MLNetGen.Export " +
                "has Add, Multiply, Scale, ...). If a layer with inplace: true shares its memory with this tensor, make it inplace: false."));
        }

        if (weights.TryGetValue(tensor, out string? weight)) return weight;
        throw Refuse(new InvalidOperationException(
            $"{who} was not produced by any module: it was computed {where}, by an operation in a forward method, or by a layer that was run with forward() instead of call(). " +
            "Do it in a module: MLNetGen.Export has Add, Subtract, Multiply, Divide, MatMul, Concat, Reshape, Permute, Slice, Select, Scale, Mean and Positions; " +
            "for anything else write a small module that implements IOnnxConvertible, or register a converter for it with OnnxConverters.Register." +
            (Libtorch.Problem is { } problem ? $" (Operations are not seen here: {problem}.)" : "")));
    }

    private static bool IsLike(Tensor tensor, Tensor copy)
    {
        if (!tensor.shape.SequenceEqual(copy.shape)) return false;
        using Tensor detached = tensor.detach();
        // allclose subtracts, which truth values cannot.
        return tensor.dtype == ScalarType.Bool ? TensorBytes.Of(detached).AsSpan().SequenceEqual(TensorBytes.Of(copy)) : detached.allclose(copy, rtol: 0, atol: 0, equal_nan: true);
    }
}
