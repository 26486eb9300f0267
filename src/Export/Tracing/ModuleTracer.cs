using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Runs a module once with hooks on its leaves. The order of calls and the identity of tensors give the graph.
/// </summary>
/// <remarks>
/// Identity is the managed <see cref="Tensor"/> reference, held until tracing ends: <c>Sequential</c> disposes its
/// intermediates at once, so that native addresses recur.
/// </remarks>
internal sealed class ModuleTracer : IDisposable
{
    private const long SampleSize = 4096;

    private readonly ModuleTree tree;
    private readonly bool sampling;
    private readonly Dictionary<Tensor, TracedTensor> known = new(ReferenceEqualityComparer.Instance);
    private readonly List<TracedTensor> history = [];
    private readonly List<TracedCall> calls = [];
    private readonly List<string> unobservable = [];
    private readonly Stack<TracedTensor?[]> open = new();

    private readonly int thread = Environment.CurrentManagedThreadId;

    private bool refused;
    private (string Path, Module Leaf)? running;

    /// <param name="tree">The module's parts.</param>
    /// <param name="sampling">
    /// Whether to remember only some values of every tensor: enough to see that it changed, not to say how, and cheap.
    /// </param>
    public ModuleTracer(ModuleTree tree, bool sampling = false)
    {
        this.tree = tree;
        this.sampling = sampling;
    }

    /// <param name="module">What to run.</param>
    /// <param name="exampleInputs">What it is given: tensors that are all different, and not needed any more.</param>
    /// <param name="origin">What the inputs are, for messages: <c>the example input</c>.</param>
    public ModuleTrace Run(ExportableModule module, Tensor[] exampleInputs, string origin)
    {
        TracedTensor[] tracedInputs = [.. exampleInputs.Select((x, i) => Learn(x, exampleInputs.Length == 1 ? "the input" : $"input {i}"))];
        var hooks = new List<Action>();
        Tensor[] results;
        try
        {
            foreach (Module leaf in tree.Leaves) Hook(leaf, hooks);
            results = module.Call(exampleInputs);
        }
        catch (Exception e) when (!refused && e is not OutOfMemoryException)
        {
            (string, Module, long[]?[])? where = running is { } at ? (at.Path, at.Leaf, [.. open.Last().Select(x => x?.Shape)]) : null;
            throw new ArgumentException(
                ForwardFailure.Describe(tree.Root, e, exampleInputs, origin, where, calls.Count == 0 ? null : calls[^1].Path), nameof(exampleInputs), e);
        }
        finally
        {
            foreach (Action remove in hooks) remove();
        }

        // What the module made is the caller's dispose scope's; what it held already stays its own.
        TracedTensor[] outputs = [.. results.Select((y, i) => Resolve(y, () => $"output {i} of the module"))];
        return new(tracedInputs, calls, outputs);
    }

    public void Dispose()
    {
        foreach (TracedTensor tensor in history) tensor.Snapshot?.Dispose();
    }

    private void Hook(Module leaf, List<Action> hooks)
    {
        Action<Module, OnnxCall>? converter = OnnxConverters.Find(leaf);
        string path = tree.PathOf(leaf);
        if (ModuleHooks.HasAfterwards(leaf))
        {
            refused = true;
            throw new NotSupportedException(
                $"A forward hook of yours is on '{path}': what it does to the result is not seen where files are written from layers alone ({Libtorch.Problem ?? "as chosen"}). Take it off (remove()), or do that in a module.");
        }

        Action? remove = ModuleHooks.Attach(leaf,
            inputs =>
            {
                if (Environment.CurrentManagedThreadId != thread) return;
                // Inside a module that has a converter of its own, its parts are that converter's business.
                if (open.Count > 0)
                {
                    open.Push([]);
                    return;
                }

                // What goes wrong in here is ours to say; what goes wrong outside is the module's.
                refused = true;
                if (converter is null) throw new NotSupportedException(OnnxConverters.Unknown(leaf, path));
                open.Push([.. inputs.Select((x, i) => x is null ? null : Resolve(x, () => Consumer(leaf, path, i, inputs.Length)))]);
                running = (path, leaf);
                refused = false;
            },
            (inputs, outputs) =>
            {
                if (Environment.CurrentManagedThreadId != thread) return outputs;
                TracedTensor?[] resolved = open.Pop();
                if (open.Count > 0) return outputs;
                running = null;
                Record(new(leaf, path, converter!, resolved, []), inputs, outputs);
                return outputs;
            });
        if (remove is not null) hooks.Add(remove);
        else unobservable.Add($"'{path}' ({leaf.GetType().Name})");
    }

    private void Record(TracedCall call, Tensor?[] inputs, Tensor[] outputs)
    {
        var traced = new TracedTensor[outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            // A layer may return its input itself (Dropout) or written over (inplace: true): its converter says which.
            traced[i] = Learn(outputs[i], outputs.Length == 1 ? $"the output of '{call.Path}'" : $"output {i} of '{call.Path}'");
        }

        // A layer with inplace: true has written its result over its input: who reads the input later, reads the result.
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is { } x && !outputs.Contains(x, ReferenceEqualityComparer.Instance)
                && call.Inputs[i] is { Weight: null } before && !IsUnchanged(x, before))
            {
                TracedTensor? now = Array.Find(traced, y => IsUnchanged(x, y));
                if (now is not null) known[x] = now;
            }
        }

        calls.Add(call with { Outputs = traced });
    }

    private TracedTensor Learn(Tensor tensor, string description)
    {
        using Tensor detached = tensor.detach();
        var traced = new TracedTensor(description, tensor.shape, tensor.dtype, Remembered(detached).DetachFromDisposeScope(), null);
        known[tensor] = traced;
        history.Add(traced);
        return traced;
    }

    private TracedTensor Resolve(Tensor tensor, Func<string> consumer)
    {
        if (known.TryGetValue(tensor, out TracedTensor? traced))
        {
            if (IsUnchanged(tensor, traced)) return traced;
            throw new InvalidOperationException(
                $"{traced.Description} was changed in place, outside of any module, before it became {consumer()}. The exporter " +
                "sees modules only: use operations that return a new tensor, inside a module (MLNetGen.Export has Add, Multiply, Scale, ...). " +
                "If a layer with inplace: true shares its memory with this tensor, make it inplace: false.");
        }

        if (tree.Weights.TryGetValue(tensor, out string? name))
        {
            traced = new TracedTensor($"'{name}'", tensor.shape, tensor.dtype, null, tensor);
            known[tensor] = traced;
            return traced;
        }

        string who = consumer(), where = calls.Count == 0 ? "before any layer ran" : $"after '{calls[^1].Path}' ran";
        throw new InvalidOperationException(
            $"{char.ToUpperInvariant(who[0])}{who[1..]}, of shape [{string.Join(", ", tensor.shape)}], was not produced by any module: it was computed {where}, " +
            "by an operation in a forward method, or by a layer that was run with forward() instead of call(). " +
            "Do it in a module: MLNetGen.Export has Add, Subtract, Multiply, Divide, MatMul, Concat, Reshape, Permute, Slice, Select, Scale, Mean and Positions; " +
            "for anything else write a small module that implements IOnnxConvertible, or register a converter for it with OnnxConverters.Register." +
            (unobservable.Count == 0 ? "" : $" These modules have a signature that the exporter cannot observe: {string.Join(", ", unobservable)}.") +
            (Libtorch.Problem is { } problem ? $" (Operations are not seen here: {problem}.)" : ""));
    }

    private Tensor Remembered(Tensor tensor)
    {
        if (!sampling) return tensor.clone();
        using Tensor flat = tensor.reshape(-1);
        long step = Math.Max(1, flat.numel() / SampleSize);
        using Tensor sample = flat.slice(0, 0, flat.numel(), step);
        return sample.clone();
    }

    private bool IsUnchanged(Tensor tensor, TracedTensor traced)
    {
        if (traced.Snapshot is not { } snapshot) return true;
        if (!tensor.shape.SequenceEqual(traced.Shape)) return false;
        using Tensor detached = tensor.detach();
        using Tensor now = sampling ? Remembered(detached) : detached.alias();
        // allclose subtracts, which truth values cannot.
        if (now.dtype == ScalarType.Bool)
            return TensorData.Bytes(now).AsSpan().SequenceEqual(TensorData.Bytes(snapshot));
        return now.allclose(snapshot, rtol: 0, atol: 0, equal_nan: true);
    }

    private static string Consumer(Module leaf, string path, int index, int count) =>
        $"{(count == 1 ? "the input" : $"input {index}")} of '{path}' ({leaf.GetType().Name})";
}
