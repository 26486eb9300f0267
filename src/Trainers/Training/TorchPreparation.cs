using System.Runtime.CompilerServices;
using MLNetGen.Export;

namespace MLNetGen;

/// <summary>Prepares the process for TorchSharp when this assembly is first used: an initialiser runs only with its own assembly.</summary>
internal static class TorchPreparation
{
#pragma warning disable CA2255 // As in TorchLibrary.
    [ModuleInitializer]
    internal static void Prepare() => TorchLibrary.Prepare();
#pragma warning restore CA2255
}
