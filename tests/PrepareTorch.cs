using System.Runtime.CompilerServices;
using MLNetGen.Export;

namespace MLNetGen.Tests;

/// <summary>Tests may touch TorchSharp before anything of MLNetGen.</summary>
internal static class PrepareTorch
{
    [ModuleInitializer]
    internal static void Prepare() => TorchLibrary.Prepare();
}
