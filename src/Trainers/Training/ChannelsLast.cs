using System.Runtime.Intrinsics.X86;
using MLNetGen.Export;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Until disposed, convolutions' weights and what their optimisers keep of them lie channels last in memory, and libtorch passes pictures on from layer to layer in that order:
/// oneDNN's kernels for AVX-512 and AMX take them as they are, where they would first bring others into an order of their own. Where the processor has no such kernels, nothing changes.
/// </summary>
/// <remarks>TorchSharp cannot save tensors that lie so, and what is written must not tell of it: <see cref="AsUsual"/>.</remarks>
internal sealed class ChannelsLast : IDisposable
{
    private readonly Parameter[] weights;
    private readonly FusedOptimizers.IKeepsState[] optimizers;

    public ChannelsLast(TrainerTask task, Device device)
    {
        bool isOn = task.MayLieChannelsLast && device.type == DeviceType.CPU && (Forced ?? Pays);
        weights = !isOn ? [] : [.. task.Networks.Values.SelectMany(network => network.parameters()).Where(weight => weight.ndim == 4).DistinctBy(weight => weight.Handle)];
        optimizers = !isOn ? [] : [.. task.Optimizers.Values.OfType<FusedOptimizers.IKeepsState>()];
        LayOut(last: true);
    }

    /// <summary>For tests: whether it is done, whatever the processor is.</summary>
    internal static bool? Forced { get; set; }

    // By docs/performance.md, "channels last": with oneDNN's kernels for SSE 4.1 it costs.
    private static bool Pays { get; } = Avx512F.IsSupported && !TorchLibrary.OneDnnIsLimited && !ExactConvolutions.AreNeeded;

    /// <summary>Does something with the weights in the usual order.</summary>
    public void AsUsual(Action<string> action, string argument)
    {
        LayOut(last: false);
        try
        {
            action(argument);
        }
        finally
        {
            LayOut(last: true);
        }
    }

    public void Dispose() => LayOut(last: false);

    private void LayOut(bool last)
    {
        using DisposeScope scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (Parameter weight in weights)
        {
            weight.grad = null;
            weight.set_(last ? weight.detach().permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : weight.detach().contiguous());
        }
        foreach (FusedOptimizers.IKeepsState optimizer in optimizers) optimizer.LayOutAsParameters();
    }
}
