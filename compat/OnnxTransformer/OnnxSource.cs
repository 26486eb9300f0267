using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Where a model comes from: the user's file, the user's stream, or a saved pipeline.</summary>
internal sealed class OnnxSource
{
    private readonly Stream stream;
    private string file;

    public OnnxSource(string file) => this.file = file;

    public OnnxSource(Stream stream, bool owned = false)
    {
        this.stream = stream;
        IsOwned = owned;
    }

    /// <summary>Whether the file goes when the transformer does: only so for a loaded pipeline's.</summary>
    public bool IsOwned { get; }

    /// <summary>The file for ONNX Runtime; a stream is first written to a temporary one.</summary>
    public string GetFile(IHostEnvironment env)
    {
        if (stream == null)
        {
            Contracts.CheckNonEmpty(file?.Trim(), "ModelFile");
            if (!File.Exists(file))
                throw new IOException($"Model file {file} does not exists.");
            return file;
        }
        file = Path.Combine(((IHostEnvironmentInternal)env).TempFilePath, Path.GetRandomFileName());
        using FileStream copy = File.Create(file);
        if (stream.CanSeek)
            stream.Seek(0, SeekOrigin.Begin);
        stream.CopyTo(copy);
        return file;
    }
}
