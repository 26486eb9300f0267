using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Evaluation mode without gradients until disposed; then every module is in its own former mode again, and the random
/// state is what it was. One thread at a time: hooks, modes and the random state are shared by all.
/// </summary>
internal sealed class EvaluationMode : IDisposable
{
    private static readonly Lock Gate = new();

    private readonly Module root;
    private readonly Dictionary<Module, bool> modes = new(ReferenceEqualityComparer.Instance);
    private readonly Tensor randomState;
    private readonly IDisposable noGradient;

    public EvaluationMode(Module root)
    {
        Gate.Enter();
        this.root = root;
        Remember(root);
        randomState = get_rng_state().DetachFromDisposeScope();
        noGradient = no_grad();
        try
        {
            if (modes.ContainsValue(true)) root.eval();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            noGradient.Dispose();
            set_rng_state(randomState);
            randomState.Dispose();
            if (modes.ContainsValue(true)) Restore(root);
        }
        finally
        {
            Gate.Exit();
        }
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
