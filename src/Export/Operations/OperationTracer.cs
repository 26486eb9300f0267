using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Runs a module and records every operation of its forward, whoever does it: layers, operators, functional calls. Hooks add which layer it was, for names, and where
/// a module that writes its own nodes begins and ends.
/// </summary>
internal sealed class OperationTracer
{
    private readonly ExportableModule module;
    private readonly Dictionary<Module, int> places = new(ReferenceEqualityComparer.Instance);

    public OperationTracer(ExportableModule module, ModuleTree tree)
    {
        this.module = module;
        Tree = tree;
        Weights = [.. tree.Weights.Keys];
        foreach (Module leaf in tree.Leaves)
        {
            if (OnnxConverters.FindOwn(leaf) is { } converter)
            {
                places.Add(leaf, Own.Count);
                Own.Add((leaf, tree.PathOf(leaf), converter));
            }
            else
            {
                places.Add(leaf, Paths.Count);
                Paths.Add(tree.PathOf(leaf));
            }
        }
    }

    public ModuleTree Tree { get; }

    public IReadOnlyList<Tensor> Weights { get; }

    /// <summary>Paths of layers, by the number in their marks.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>Modules with converters of their own, by the number in their marks.</summary>
    public List<(Module Module, string Path, Action<Module, OnnxCall> Converter)> Own { get; } = [];

    /// <param name="inputs">Tensors that are all different, and not needed any more.</param>
    /// <param name="origin">What they are, for messages: <c>the example input</c>.</param>
    public OperationTrace Run(Tensor[] inputs, string origin)
    {
        using var noGradient = no_grad();
        (string text, Tensor[] constants, string[] warnings) = Libtorch.Trace([.. inputs, .. Weights], recording =>
        {
            List<Action> hooks = [];
            int depth = 0;
            try
            {
                foreach (Module leaf in Tree.Leaves) Hook(leaf, recording, hooks, () => depth++, () => --depth);
                return module.Call(inputs);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                string shapes = string.Join(" and ", inputs.Select(input => $"{input.dtype} [{string.Join(", ", input.shape)}]"));
                throw new ArgumentException($"{Tree.Root.GetType().Name} does not accept {origin}, {shapes}: {e.Message.Split('\n')[0].Trim()}", nameof(inputs), e);
            }
            finally
            {
                foreach (Action remove in hooks) remove();
            }
        });
        if (warnings.Length > 0)
            throw new NotSupportedException($"libtorch cannot record what forward does on {origin}: {warnings[0].Split('\n')[0].Trim()}");
        return new([.. OperationTrace.Parse(text)], constants);
    }

    private void Hook(Module leaf, Libtorch.Recording recording, List<Action> hooks, Func<int> enter, Func<int> leave)
    {
        bool isOwn = OnnxConverters.FindOwn(leaf) is not null;
        // libtorch's own cells work in place on parts of a tensor that nothing else reads; what a module of its own does is not written at all.
        bool isTrusted = isOwn || leaf is TorchSharp.Modules.LSTMCell or TorchSharp.Modules.GRUCell;
        int warnings = 0;
        Action? remove = ModuleHooks.Attach(leaf,
            given =>
            {
                // Within a module of its own, layers are that module's business.
                if (enter() > 0) return;
                warnings = Libtorch.Recording.WarningCount;
                recording.Add($"{(isOwn ? "call" : "enter")}_{places[leaf]}", isOwn ? given.OfType<Tensor>() : [], []);
            },
            (_, results) =>
            {
                if (leave() > 0) return;
                if (isTrusted) Libtorch.Recording.ForgetWarnings(warnings);
                recording.Add(isOwn ? $"result_{places[leaf]}" : "leave", [], isOwn ? results : []);
            });
        if (remove is not null) hooks.Add(remove);
    }
}
