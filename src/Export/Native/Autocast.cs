using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>
/// Until disposed, on this thread: convolutions and matrix products compute in bfloat16 of float32 weights and inputs, and what must stay exact in float32, as PyTorch's
/// <c>torch.autocast</c> has it (Micikevicius et al. 2017, arXiv:1710.03740). Gradients come to the float32 weights.
/// </summary>
/// <remarks>libtorch exports it; TorchSharp does not have it. A backward pass belongs outside: its operations follow those of the forward pass by themselves.</remarks>
internal sealed unsafe class Autocast : IDisposable
{
    private static readonly Lazy<Functions?> Known = new(Find);

    private readonly DeviceType device;

    private Autocast(DeviceType device)
    {
        this.device = device;
        Set(true);
    }

    /// <summary>Whether this system's libtorch has been tried, or is laid out as one that was.</summary>
    public static bool IsKnown => Known.Value is not null;

    /// <param name="device">Where networks compute.</param>
    /// <exception cref="NotSupportedException">This libtorch is none whose functions are known.</exception>
    public static Autocast ToBFloat16(Device device) => IsKnown ? new(device.type)
        : throw new NotSupportedException("bfloat16 is not to be had with this system's libtorch: train in float32.");

    /// <summary>Weights that were rounded are not kept: the next step has others.</summary>
    public void Dispose()
    {
        Set(false);
        ((delegate* unmanaged<void>)Known.Value!.ClearCache)();
    }

    private void Set(bool enabled)
    {
        // libtorch's numbers of CPU and CUDA are TorchSharp's.
        if (enabled)
            ((delegate* unmanaged<sbyte, sbyte, void>)Known.Value!.SetType)((sbyte)device, (sbyte)ScalarType.BFloat16);
        ((delegate* unmanaged<sbyte, byte, void>)Known.Value!.SetEnabled)((sbyte)device, enabled ? (byte)1 : (byte)0);
    }

    private static Functions? Find()
    {
        // It must have been loaded.
        zeros(1).Dispose();
        return LibtorchPlatform.AddressesOf("SetAutocast", "SetAutocastType", "ClearAutocastCache") is [nint enabled, nint type, nint clear] ? new(enabled, type, clear) : null;
    }

    /// <summary><c>at::autocast::set_autocast_enabled</c>, <c>set_autocast_dtype</c> and <c>clear_cache</c>: none throws for CPU and CUDA.</summary>
    private sealed record Functions(nint SetEnabled, nint SetType, nint ClearCache);
}
