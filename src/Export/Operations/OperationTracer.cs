using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Runs a module and records every operation of its forward, whoever does it. Hooks mark where a layer that has a converter begins and ends: it becomes what its converter
/// writes; and which other layer an operation belongs to, for names.
/// </summary>
internal sealed class OperationTracer
{
    private readonly ExportableModule module;
    private readonly bool layersOnly;

    // Of the run that is under way.
    private int depth, thread;
    private (string Path, Module Leaf, long[]?[] Shapes)? running;
    private string? last;

    public OperationTracer(ExportableModule module, ModuleTree tree, bool layersOnly)
    {
        this.module = module;
        this.layersOnly = layersOnly;
        Tree = tree;
        Weights = [.. tree.Weights.Keys];
        Captured = [.. HeldTensors.Of(module).Select(held => held.Tensor).Where(tensor => !tensor.IsInvalid && tensor.requires_grad && !tree.Weights.ContainsKey(tensor)).Distinct(TensorIdentity.Comparer)];
        Leaves = [.. tree.Leaves.Select(leaf => (leaf, tree.PathOf(leaf), OnnxConverters.Find(leaf)))];
    }

    public ModuleTree Tree { get; }

    public IReadOnlyList<Tensor> Weights { get; }

    /// <summary>Tensors with gradients that no module has registered, in what delegates have captured: libtorch ends the process where it meets one that it was not told of.</summary>
    public IReadOnlyList<Tensor> Captured { get; }

    /// <summary>Layers by the number in their marks; a converter is null where what they do is written operation by operation.</summary>
    public IReadOnlyList<(Module Module, string Path, Action<Module, OnnxCall>? Converter)> Leaves { get; }

    /// <param name="inputs">Tensors that are all different, and not needed any more.</param>
    /// <param name="origin">What they are, for messages: <c>the example input</c>.</param>
    /// <exception cref="ArgumentException">The module does not accept them.</exception>
    public OperationTrace Run(Tensor[] inputs, string origin)
    {
        try
        {
            return Record(inputs, origin);
        }
        finally
        {
            FreedMemory.Release();
        }
    }

    private OperationTrace Record(Tensor[] inputs, string origin)
    {
        using var noGradient = no_grad();
        // What forward computes goes with this run; the numbers of its constants stay.
        using var scope = NewDisposeScope();
        foreach (Tensor input in inputs) input.MoveToOtherDisposeScope(scope);
        (depth, running, last) = (0, null, null);
        RequireRegistered();
        thread = Environment.CurrentManagedThreadId;
        if (layersOnly) return new LayerRecording(Leaves, scope).Trace(inputs, [.. Weights, .. Captured], Run);
        (string text, Tensor[] constants, string[] complaints) = Libtorch.Trace([.. inputs, .. Weights, .. Captured], Run);
        return complaints.Length == 0 ? OperationTrace.Of(text, [.. constants.Select(constant => constant.MoveToOuterDisposeScope())]) : throw new NotSupportedException(
            $"libtorch cannot record for sure what forward does on {origin}: {complaints[0].Split("This might")[0].Trim()}");

        Tensor[] Run(Recording recording)
        {
            List<Action> hooks = [];
            try
            {
                for (int place = 0; place < Leaves.Count; place++) Hook(place, recording, hooks);
                return module.Call(inputs);
            }
            catch (Exception e) when (!recording.HasRefused && e is not OutOfMemoryException)
            {
                throw new ArgumentException(Failure(e, inputs, origin), nameof(inputs), e);
            }
            finally
            {
                foreach (Action remove in hooks) remove();
                HeldTensors.Keep(module, scope);
            }
        }
    }

    // Where a module's forward has failed, on what, and why.
    private string Failure(Exception error, Tensor[] inputs, string origin)
    {
        string shapes = string.Join(" and ", inputs.Select(input => $"{input.dtype} [{string.Join(", ", input.shape)}]"));
        string where = running is { } at
            ? $"'{at.Path}' ({at.Leaf.GetType().Name}), given {string.Join(" and ", at.Shapes.Select(shape => shape is null ? "nothing" : $"[{string.Join(", ", shape)}]"))}, says"
            : last is null ? "before any layer ran" : $"after '{last}' ran";
        // libtorch's own stack follows its first line.
        return $"{Tree.Root.GetType().Name} does not accept {origin}, {shapes}: {where}: {error.Message.Split('\n')[0].Trim()}";
    }

    // A field is the module's own; what a delegate has captured may be for others to use, and is refused where it is used.
    private void RequireRegistered()
    {
        foreach ((string field, Tensor tensor, bool isCaptured) in HeldTensors.Of(module))
        {
            if (!isCaptured && !tensor.IsInvalid && tensor.requires_grad && tensor.is_leaf && !Tree.Weights.ContainsKey(tensor))
            {
                throw new ArgumentException(
                    $"'{field}' is a tensor of shape [{string.Join(", ", tensor.shape)}] with gradients that no module has registered: register it (RegisterComponents, register_parameter), or detach() it.");
            }
        }
    }

    private void Hook(int place, Recording recording, List<Action> hooks)
    {
        (Module leaf, string path, Action<Module, OnnxCall>? converter) = Leaves[place];
        bool isConverted = false, isChanged = ModuleSignature.HasHookAfterwards(leaf);
        Func<bool>[] isWritten = [];
        if (ModuleSignature.Of(leaf) is not { } signature) return;
        hooks.Add(signature.Attach(
            given =>
            {
                // Another thread runs the module too; the recording is this one's.
                if (Environment.CurrentManagedThreadId != thread) return;
                // Within a converted layer, its parts are that layer's business.
                if (depth++ > 0) return;
                running = (path, leaf, [.. given.Select(tensor => tensor?.shape)]);
                // Converters write what a layer does, and nothing after it. Else its operations are seen.
                isConverted = recording.IsAsGiven(leaf) && converter is not null && !isChanged;
                // 1 for a tensor, 0 for an optional one that was not given.
                string pattern = string.Concat(given.Select(tensor => tensor is null ? '0' : '1'));
                if (isConverted) recording.Add($"call_{place}_{pattern}", [.. given.OfType<Tensor>(), .. leaf.parameters(), .. leaf.buffers()], []);
                else recording.Add($"enter_{place}", [], []);
                isWritten = [.. given.Select(tensor => tensor is null ? () => false : recording.Watch(leaf, tensor))];
            },
            (given, results) =>
            {
                if (Environment.CurrentManagedThreadId != thread || --depth > 0) return results;
                (running, last) = (null, path);
                if (!isConverted)
                {
                    recording.Add("leave", [], []);
                    return results;
                }

                bool[] written = [.. isWritten.Select(isNow => isNow())];
                // One that gave its input as it is may not for another length: the two must stay apart.
                if (results.Length == 1) results = [.. results.Select(result => given.Any(one => one is not null && AreSame(one, result)) ? result.alias() : result)];
                recording.Add("result_" + string.Concat(written.Select(one => one ? '1' : '0')), [], [.. results, .. given.Where((_, i) => written[i])!]);
                return results;
            }));
    }

    // Two handles of one tensor.
    private static bool AreSame(Tensor one, Tensor other) => !one.IsInvalid && !other.IsInvalid && TensorIdentity.Comparer.Equals(one, other);
}
