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
    private readonly Dictionary<Module, int> places = new(ReferenceEqualityComparer.Instance);

    // Of the run that is under way.
    private int depth, warnings;
    private (string Path, Module Leaf, long[]?[] Shapes)? running;
    private string? last;

    public OperationTracer(ExportableModule module, ModuleTree tree)
    {
        this.module = module;
        Tree = tree;
        Weights = [.. tree.Weights.Keys];
        Leaves = [.. tree.Leaves.Select(leaf => (leaf, tree.PathOf(leaf), OnnxConverters.Find(leaf)))];
        for (int i = 0; i < Leaves.Count; i++) places.Add(Leaves[i].Module, i);
    }

    public ModuleTree Tree { get; }

    public IReadOnlyList<Tensor> Weights { get; }

    /// <summary>Layers by the number in their marks; a converter is null where what they do is written operation by operation.</summary>
    public IReadOnlyList<(Module Module, string Path, Action<Module, OnnxCall>? Converter)> Leaves { get; }

    /// <param name="inputs">Tensors that are all different, and not needed any more.</param>
    /// <param name="origin">What they are, for messages: <c>the example input</c>.</param>
    /// <exception cref="ArgumentException">The module does not accept them.</exception>
    public OperationTrace Run(Tensor[] inputs, string origin)
    {
        using var noGradient = no_grad();
        (depth, running, last) = (0, null, null);
        (string text, Tensor[] constants, string[] complaints) = Libtorch.Trace([.. inputs, .. Weights], recording =>
        {
            List<Action> hooks = [];
            try
            {
                foreach ((Module leaf, string path, Action<Module, OnnxCall>? converter) in Leaves) Hook(leaf, path, converter is not null, recording, hooks);
                return module.Call(inputs);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new ArgumentException(ForwardFailure.Describe(Tree.Root, e, inputs, origin, running, last), nameof(inputs), e);
            }
            finally
            {
                foreach (Action remove in hooks) remove();
            }
        });
        return complaints.Length == 0 ? new([.. OperationTrace.Parse(text)], constants) : throw new NotSupportedException(
            $"libtorch cannot record for sure what forward does on {origin}: {complaints[0].Split("This might")[0].Trim()} Use the operation that gives a new tensor instead, add for add_.");
    }

    private void Hook(Module leaf, string path, bool hasConverter, Libtorch.Recording recording, List<Action> hooks)
    {
        bool isConverted = false;
        nint[] before = [];
        Tensor[] weights = [.. leaf.parameters(), .. leaf.buffers()];
        Action? remove = ModuleHooks.Attach(leaf,
            given =>
            {
                // Within a converted layer, its parts are that layer's business.
                if (depth++ > 0) return;
                running = (path, leaf, [.. given.Select(tensor => tensor?.shape)]);
                warnings = Libtorch.Recording.WarningCount;
                // Converters write what a layer does in evaluation: one that forward puts into training mode is seen by its operations, which say so.
                isConverted = hasConverter && !leaf.training;
                before = [.. given.OfType<Tensor>().Select(recording.ValueOf)];
                // 1 for a tensor, 0 for an optional one that was not given.
                string pattern = string.Concat(given.Select(tensor => tensor is null ? '0' : '1'));
                if (isConverted) recording.Add($"call_{places[leaf]}_{pattern}", [.. given.OfType<Tensor>(), .. weights], []);
                else recording.Add($"enter_{places[leaf]}", [], []);
            },
            (given, results) =>
            {
                if (--depth > 0) return;
                (running, last) = (null, path);
                Tensor[] tensors = [.. given.OfType<Tensor>()];
                Tensor[] written = [.. tensors.Where((tensor, i) => i < before.Length && !tensor.IsInvalid && recording.ValueOf(tensor) != before[i])];
                // libtorch's own cells work in place on parts of a tensor that nothing else reads; what a converted layer does inside is not written at all.
                if (isConverted || leaf is TorchSharp.Modules.LSTMCell or TorchSharp.Modules.GRUCell) Libtorch.Recording.ForgetWarnings(warnings);
                recording.Add(isConverted ? "result" : "leave", [], isConverted ? results : []);
                // A layer with inplace: true has written its result over its input: who reads the input later, reads the result.
                if (!isConverted) return;
                foreach (Tensor tensor in written) recording.Rename(tensor, results[0]);
            });
        if (remove is not null) hooks.Add(remove);
    }
}
