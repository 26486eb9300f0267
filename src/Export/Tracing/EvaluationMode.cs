using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Evaluation mode without gradients until disposed; then every module is in its own former mode again, and the random
/// state is what it was.
/// </summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly Module root;
    private readonly Dictionary<Module, bool> modes = new(ReferenceEqualityComparer.Instance);
    private readonly Tensor randomState;
    private readonly IDisposable noGradient;

    public EvaluationMode(Module root)
    {
        this.root = root;
        Remember(root);
        randomState = get_rng_state().DetachFromDisposeScope();
        noGradient = no_grad();
        if (modes.ContainsValue(true)) root.eval();
    }

    public void Dispose()
    {
        noGradient.Dispose();
        if (modes.ContainsValue(true)) Restore(root);
        set_rng_state(randomState);
        randomState.Dispose();
    }

    private void Remember(Module module)
    {
        if (!modes.TryAdd(module, module.training)) return;
        foreach (Module child in module.children()) Remember(child);
    }

    // train() reaches all descendants, so parents come first, and a shared child is set again after each of its parents.
    private void Restore(Module module)
    {
        if (modes.TryGetValue(module, out bool mode)) module.train(mode);
        foreach (Module child in module.children()) Restore(child);
    }
}
