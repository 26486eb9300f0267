using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Convolutions without oneDNN until disposed, where the processor makes that needful: libtorch 2.10's oneDNN computes some wrongly, up to NaN, on some processors.
/// </summary>
/// <remarks>
/// Found on an AMD EPYC of Zen 5, a virtual machine, among others: 3×3 and more with 20, 24, 40, 56 or 72 channels in; the gradient of the input with 1, 2, 3, 4, 6, 8, 12, 20 or 40 channels out,
/// and so transposed convolutions of as many channels in; 1×1 from 256 to 512 channels with stride 2, of a tensor that lies in memory pixel by pixel. Debian's PyTorch 1.13 computes the first rightly
/// there, as does libtorch 2.10 by its own loops and by oneDNN's kernels for SSE 4.1, which are slower. Which others are wrong is not known: where a small convolution shows the fault, all do without.
/// </remarks>
internal sealed unsafe class ExactConvolutions : IDisposable
{
    // Wrong ones are off by a tenth, rightly rounded ones by 1e-7.
    private const double Tolerance = 1e-4;

    private static readonly Lock OneAtATime = new();
    private static readonly Lazy<Switches?> Known = new(Find);
    private static readonly Lazy<bool> IsNeeded = new(() => Known.Value is { } switches && !IsRight(switches));
    private static int users;

    // It asks for the caches too, and where they are hidden it would warn of every convolution of one picture that it cannot be had.
    private static bool MayUseNnpack => !TorchLibrary.OneDnnIsLimited;

    private bool isInUse;

    private ExactConvolutions() => isInUse = true;

    /// <summary>Why they are in use, for a run's log.</summary>
    public static string Reason =>
        "oneDNN, which computes libtorch's convolutions, computes some wrongly on this processor: networks are trained without it, at a fifth of the speed. "
            + "About twice as fast as that, and right too: ONEDNN_MAX_CPU_ISA=SSE41 in the environment before the program starts.";

    /// <summary>Whether oneDNN's are wrong on this processor.</summary>
    public static bool AreNeeded => IsNeeded.Value;

    /// <summary>Takes them into use; null where the processor makes that needless.</summary>
    public static ExactConvolutions? WhereNeeded()
    {
        if (!IsNeeded.Value)
            return null;
        lock (OneAtATime)
        {
            if (users++ == 0)
                Known.Value!.Set(oneDnn: false, nnpack: false);
            return new();
        }
    }

    public void Dispose()
    {
        lock (OneAtATime)
        {
            if (isInUse && --users == 0)
                Known.Value!.Set(oneDnn: true, nnpack: MayUseNnpack);
            isInUse = false;
        }
    }

    // 20 channels in and 12 out are padded to blocks of 8 and of 16.
    private static bool IsRight(Switches switches)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // No draw of a random number: the run's own are to follow.
        Tensor Wave(params long[] shape) => arange(shape.Aggregate(1L, (a, b) => a * b), float32).sin_().reshape(shape);
        Tensor pictures = Wave(2, 20, 14, 14), weight = Wave(12, 20, 3, 3), gradient = Wave(2, 12, 14, 14);
        switches.Set(oneDnn: true, nnpack: false);
        bool isRight = Agree(type => functional.conv2d(pictures.to_type(type), weight.to_type(type), padding: [1, 1]))
            && Agree(type => functional.conv_transpose2d(gradient.to_type(type), weight.to_type(type), padding: [1, 1]));
        switches.Set(oneDnn: true, nnpack: MayUseNnpack);
        return isRight;

        // oneDNN has no part in 64 bits.
        static bool Agree(Func<ScalarType, Tensor> compute)
        {
            Tensor exact = compute(float64);
            return (compute(float32).to_type(float64) - exact).abs().max().item<double>() < Tolerance * exact.abs().max().item<double>();
        }
    }

    private static Switches? Find()
    {
        // It must have been loaded.
        zeros(1).Dispose();
        return LibtorchPlatform.AddressesOf("GlobalContext", "EnableOneDnn", "EnableNnpack") is [nint context, nint oneDnn, nint nnpack]
            ? new(((delegate* unmanaged<nint>)context)(), oneDnn, nnpack) : null;
    }

    /// <summary><c>at::globalContext()</c>, and its <c>setUserEnabledMkldnn</c> and <c>setUserEnabledNNPACK</c>: none of them throws.</summary>
    private sealed record Switches(nint Context, nint OneDnn, nint Nnpack)
    {
        /// <param name="oneDnn">Whether it is used.</param>
        /// <param name="nnpack">Whether it is, where oneDNN is not: where the processor has not what it needs, it warns of every convolution.</param>
        public void Set(bool oneDnn, bool nnpack)
        {
            ((delegate* unmanaged<nint, byte, void>)OneDnn)(Context, oneDnn ? (byte)1 : (byte)0);
            ((delegate* unmanaged<nint, byte, void>)Nnpack)(Context, nnpack ? (byte)1 : (byte)0);
        }
    }
}
