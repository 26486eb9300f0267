using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Onnx;

/// <summary>ONNX Runtime's native library, which is in a package of the user's choice: says which where none is there.</summary>
internal static class OnnxRuntimeLibrary
{
    internal const string Missing = "ONNX Runtime's library is not among the program's files: add its package to the project, Microsoft.ML.OnnxRuntime (for the processor) or Microsoft.ML.OnnxRuntime.Gpu.";

#pragma warning disable CA2255 // Whatever runs a network first, ML.NET's own transformers too.
    [ModuleInitializer]
    internal static void Prepare()
    {
        Assembly managed = typeof(InferenceSession).Assembly;
        // Raised only where the library was not found.
        (AssemblyLoadContext.GetLoadContext(managed) ?? AssemblyLoadContext.Default).ResolvingUnmanagedDll += (assembly, name) =>
            assembly == managed && Path.GetFileNameWithoutExtension(name).EndsWith("onnxruntime", StringComparison.Ordinal) ? throw new DllNotFoundException(Missing) : IntPtr.Zero;
    }
#pragma warning restore CA2255
}
