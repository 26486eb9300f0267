using System.Runtime.CompilerServices;
using MLNetGen.Export;

namespace MLNetGen;

/// <summary>What the assemblies below prepare when they are first used, prepared when this one is: an initialiser runs only with its own assembly.</summary>
internal static class Preparation
{
#pragma warning disable CA2255 // As in TorchLibrary.
    [ModuleInitializer]
    internal static void Prepare()
    {
        TorchLibrary.Prepare();
        PictureTypes.RegisterAnySize();
    }
#pragma warning restore CA2255
}
