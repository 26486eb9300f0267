using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Where a model comes from: the user's file, the user's stream, or a saved pipeline.</summary>
internal sealed class OnnxSource
{
    private readonly Stream _stream;
    private string _file;

    public OnnxSource(string file) => _file = file;

    public OnnxSource(Stream stream, bool owned = false)
    {
        _stream = stream;
        IsOwned = owned;
    }

    /// <summary>Whether the file goes when the transformer does: only so for a loaded pipeline's.</summary>
    public bool IsOwned { get; }

    /// <summary>The file for ONNX Runtime; a stream is first written to a temporary one.</summary>
    public string GetFile(IHostEnvironment env)
    {
        if (_stream == null)
        {
            Contracts.CheckNonEmpty(_file?.Trim(), "ModelFile");
            if (!File.Exists(_file))
                throw new IOException($"Model file {_file} does not exists.");
            return _file;
        }
        _file = Path.Combine(((IHostEnvironmentInternal)env).TempFilePath, Path.GetRandomFileName());
        using FileStream file = File.Create(_file);
        if (_stream.CanSeek)
            _stream.Seek(0, SeekOrigin.Begin);
        _stream.CopyTo(file);
        return _file;
    }
}
