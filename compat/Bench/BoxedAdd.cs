using System.Runtime.InteropServices;
using TorchSharp;

namespace Compat.Bench;

/// <summary>The floor: <c>add(t, t)</c> through libtorch's dispatcher, boxed, in a C++ loop.</summary>
internal static partial class BoxedAdd
{
    /// <returns>Nanoseconds a call.</returns>
    public static double Time(torch.Tensor tensor, long calls) => Loop(tensor.Handle, calls);

    [LibraryImport("torchcompat", EntryPoint = "torchcompat_boxed_add_floor")]
    private static partial double Loop(nint tensor, long times);
}
