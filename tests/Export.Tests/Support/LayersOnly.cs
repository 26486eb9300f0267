namespace MLNetGen.Export.Tests;

/// <summary>Exports from layers alone while it is there, as where libtorch's tracer is not.</summary>
internal sealed class LayersOnly : IDisposable
{
    public LayersOnly() => OnnxExporter.LayersOnly = true;

    public void Dispose() => OnnxExporter.LayersOnly = false;
}
