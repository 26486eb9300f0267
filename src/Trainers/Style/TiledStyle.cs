namespace MLNetGen.Style;

/// <summary>A style network that paints a picture tile by tile, with the whole picture's statistics.</summary>
internal sealed class TiledStyle(string path, int threads) : IDisposable
{
    public Picture Run(Picture picture, float strength, float[] mixture, int tileSize, IProgress<double>? progress, CancellationToken cancel) => throw new NotSupportedException(path + threads);
    public void Dispose() { }
}
