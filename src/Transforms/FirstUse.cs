using System.Runtime.CompilerServices;
using MLNetGen.Onnx;

namespace MLNetGen;

internal static class FirstUse
{
#pragma warning disable CA2255 // As in OnnxRuntimeLibrary, whose own initialiser runs only with its own assembly.
    [ModuleInitializer]
    internal static void Prepare() => OnnxRuntimeLibrary.Prepare();
#pragma warning restore CA2255
}
