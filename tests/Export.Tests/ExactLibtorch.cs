using System.Runtime.CompilerServices;

namespace MLNetGen.Export.Tests;

/// <summary>Where libtorch computes convolutions wrongly (<see cref="ExactConvolutions"/>), it is no truth to hold anything against.</summary>
internal static class ExactLibtorch
{
#pragma warning disable CA2255 // Before any test computes anything.
    [ModuleInitializer]
    internal static void Use() => ExactConvolutions.WhereNeeded();
#pragma warning restore CA2255
}
