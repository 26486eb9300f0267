using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Onnx;

/// <summary>ONNX Runtime's native library, which is in a package of the user's choice: says in which where none is there.</summary>
internal static class OnnxRuntimeLibrary
{
    private const string Missing =
        "ONNX Runtime's library is not among the program's files: add its package to the project, Microsoft.ML.OnnxRuntime (for the processor) or Microsoft.ML.OnnxRuntime.Gpu (for a GPU).";

    private static int prepared;

    /// <summary>Prepares the process for whatever runs a network first, ML.NET's own transformers too; only the first call does anything.</summary>
#pragma warning disable CA2255 // A library needs this one: nothing of it need be called before ML.NET runs a network.
    [ModuleInitializer]
    internal static void Prepare()
    {
        if (Interlocked.Exchange(ref prepared, 1) == 1)
            return;
        Assembly managed = typeof(InferenceSession).Assembly;
        // Raised only where the library was not found.
        (AssemblyLoadContext.GetLoadContext(managed) ?? AssemblyLoadContext.Default).ResolvingUnmanagedDll += (assembly, name) =>
            assembly == managed && name.StartsWith("onnxruntime", StringComparison.Ordinal) ? throw new DllNotFoundException(Missing) : IntPtr.Zero;
    }
#pragma warning restore CA2255

    /// <summary>Sees to it that ONNX Runtime runs, before something long begins that needs it in the end.</summary>
    /// <exception cref="InvalidOperationException">It does not: the packages to add.</exception>
    public static void Require()
    {
        try
        {
            using SessionOptions options = new();
        }
        catch (TypeInitializationException e)
        {
            throw new InvalidOperationException(e.InnerException?.Message ?? e.Message, e);
        }
    }
}
