using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Convolutions without oneDNN until disposed, where the processor makes that needful: libtorch 2.10's oneDNN computes some wrongly, up to NaN, on processors with AVX2 or AVX-512 and without AMX.
/// </summary>
/// <remarks>
/// Found on an AMD EPYC of Zen 5, kernels of 3×3 and more: forward with 20, 24, 40, 56 or 72 channels in (from the second row of a batch on); the gradient of the input with 1, 2, 3, 4, 6, 8, 12, 20
/// or 40 channels out, whatever the batch, and so transposed convolutions of as many channels in. Right are multiples of 16, up to 16 channels in, and gradients of weights. PyTorch 1.13 computes all
/// of them rightly, as does libtorch 2.10 by its own loops, which are slower. So these are taken for networks with such channels, and only where a small convolution shows the processor to be one
/// of those.
/// </remarks>
internal sealed unsafe class ExactConvolutions : IDisposable
{
    // Channels that oneDNN's kernels take at a time, and up to which they take an input's one by one.
    private const int Block = 16, Few = 4;

    // Wrong ones are off by a tenth, rightly rounded ones by 1e-7.
    private const double Tolerance = 1e-4;

    private static readonly Lock OneAtATime = new();
    private static readonly Lazy<bool> IsNeeded = new(() => !IsRight());
    private static int users;

    private bool isInUse;

    private ExactConvolutions() => isInUse = true;

    /// <summary>Why they are in use, for a run's log.</summary>
    public static string Reason =>
        "oneDNN, which computes libtorch's convolutions, computes some wrongly on this processor; this network has such (channels that are no multiple of 16), so it is trained without, at a fifth of "
            + "the speed. About twice as fast as that, and right too: ONEDNN_MAX_CPU_ISA=SSE41 in the environment before the program starts.";

    /// <summary>Takes them into use if one of the networks needs them; null where none does.</summary>
    public static ExactConvolutions? For(params IEnumerable<Module> networks) => networks.SelectMany(network => network.parameters()).Any(IsAtRisk) ? ForAll() : null;

    /// <summary>Takes them into use whatever is computed; null where the processor makes that needless.</summary>
    public static ExactConvolutions? ForAll()
    {
        if (!IsNeeded.Value)
            return null;
        lock (OneAtATime)
        {
            if (!TrySwitch(enabled: false))
                return null;
            users++;
            return new();
        }
    }

    public void Dispose()
    {
        lock (OneAtATime)
        {
            if (isInUse && --users == 0)
                TrySwitch(enabled: true);
            isInUse = false;
        }
    }

    /// <summary>Whether a weight may be a convolution's with channels that oneDNN pads: out [0] or in [1], of a transposed one the other way round.</summary>
    internal static bool IsAtRisk(Tensor weight) =>
        weight.ndim is 3 or 4 or 5 && weight.device_type == DeviceType.CPU && (weight.shape[0] % Block != 0 || (weight.shape[1] > Few && weight.shape[1] % Block != 0));

    // 20 channels in and 12 out are padded to blocks of 8 and of 16.
    private static bool IsRight()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // No draw of a random number: the run's own are to follow.
        Tensor Wave(params long[] shape) => arange(shape.Aggregate(1L, (a, b) => a * b), float32).sin_().reshape(shape);
        Tensor pictures = Wave(2, 20, 14, 14), weight = Wave(12, 20, 3, 3), gradient = Wave(2, 12, 14, 14);
        return Agree(type => functional.conv2d(pictures.to_type(type), weight.to_type(type), padding: [1, 1]))
            && Agree(type => functional.conv_transpose2d(gradient.to_type(type), weight.to_type(type), padding: [1, 1]));

        static bool Agree(Func<ScalarType, Tensor> compute)
        {
            Tensor exact = compute(float64);
            return (compute(float32).to_type(float64) - exact).abs().max().item<double>() < Tolerance * exact.abs().max().item<double>();
        }
    }

    // at::globalContext().setUserEnabledMkldnn(enabled): neither throws.
    private static bool TrySwitch(bool enabled)
    {
        if (LibtorchPlatform.Current is not { } platform || platform.LoadedFile() is not { } path)
            return false;
        nint library = NativeLibrary.Load(path);
        if (!NativeLibrary.TryGetExport(library, platform.Functions["GlobalContext"], out nint context) || !NativeLibrary.TryGetExport(library, platform.Functions["EnableOneDnn"], out nint enable))
            return false;
        ((delegate* unmanaged<nint, byte, void>)enable)(((delegate* unmanaged<nint>)context)(), enabled ? (byte)1 : (byte)0);
        return true;
    }
}
