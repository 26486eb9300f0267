using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Evaluation mode without gradients until disposed; then every module is in its own former mode again, the random
/// state is what it was, and so are buffers that forward has written into. One thread at a time: hooks, modes and the random state are shared by all.
/// </summary>
internal sealed class EvaluationMode : IDisposable
{
    private static readonly Lock Gate = new();

    private readonly Module root;
    private readonly Dictionary<Module, bool> modes = new(ReferenceEqualityComparer.Instance);
    private readonly List<(Tensor Buffer, Tensor Values)> buffers = [];
    private readonly Tensor randomState;
    private readonly IDisposable noGradient;
    private readonly ExactConvolutions? convolutions;

    /// <exception cref="InvalidOperationException">A forward that is being exported or compared exports or compares itself: libtorch would end the process.</exception>
    public EvaluationMode(Module root)
    {
        if (Gate.IsHeldByCurrentThread)
            throw new InvalidOperationException($"{root.GetType().Name} is exported or compared inside of a forward that is being exported or compared: do that before or after it.");
        Gate.Enter();
        this.root = root;
        Remember(root);
        randomState = get_rng_state().DetachFromDisposeScope();
        noGradient = no_grad();
        convolutions = ExactConvolutions.WhereNeeded();
        try
        {
            foreach (Tensor buffer in root.buffers()) buffers.Add((buffer, buffer.clone().DetachFromDisposeScope()));
            if (modes.ContainsValue(true)) root.eval();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gives buffers the values again that they had in the beginning, before these are written.</summary>
    public void RestoreBuffers()
    {
        foreach ((Tensor buffer, Tensor values) in buffers)
        {
            if (buffer.IsInvalid) continue;
            using Tensor equal = buffer.eq(values), all = equal.all();
            if (!all.item<bool>()) buffer.copy_(values);
        }
    }

    public void Dispose()
    {
        try
        {
            RestoreBuffers();
            foreach ((_, Tensor values) in buffers) values.Dispose();
            noGradient.Dispose();
            convolutions?.Dispose();
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
