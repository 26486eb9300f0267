namespace MLNetGen.Tests.Weights;

/// <summary>A file of these bytes that goes when it was used.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(byte[] bytes, string extension = ".pth")
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mlnetgen-{Guid.NewGuid():N}{extension}");
        File.WriteAllBytes(Path, bytes);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
