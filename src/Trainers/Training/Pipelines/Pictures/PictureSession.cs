using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNetGen.Onnx;

namespace MLNetGen;

/// <summary>
/// A network that makes a picture of a picture, in ONNX Runtime: <c>uint8</c> [N, H, W, 3] in (the file's first input) and out (its first output), any
/// height and width. Any number of threads may run it at once.
/// </summary>
internal sealed class PictureSession : IDisposable
{
    private const int Channels = 3;

    private readonly InferenceSession session;
    private readonly string input;
    private readonly string output;

    /// <param name="file">An ONNX file; it is read whole.</param>
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    /// <param name="gpu">The GPU to use; null: the processor.</param>
    /// <exception cref="ArgumentException">The file takes or gives something else.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file.</exception>
    public PictureSession(string file, int threads = 0, int? gpu = null)
    {
        using SessionOptions options = PictureSessions.Options(threads, gpu);
        session = new InferenceSession(file, options);
        try
        {
            (input, output) = (session.InputNames[0], session.OutputNames[0]);
            if (!IsPicture(session.InputMetadata[input]) || !IsPicture(session.OutputMetadata[output]))
                throw new ArgumentException($"'{Path.GetFileName(file)}' is not a network from pictures to pictures, uint8 [N, H, W, 3] in and out.", nameof(file));
            Metadata = OnnxMetadata.Read(file);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>What the exporter wrote into the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Runs the network.</summary>
    /// <param name="picture">Grey or colour.</param>
    /// <param name="others">The network's other inputs: name, values and shape.</param>
    public Picture Run(Picture picture, params ReadOnlySpan<(string Name, float[] Values, long[] Shape)> others)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var names = new List<string> { input };
        var values = new List<OrtValue> { OrtValue.CreateTensorValueFromMemory(PictureColors.ToRgb(picture).Pixels, [1, picture.Height, picture.Width, Channels]) };
        try
        {
            foreach ((string name, float[] numbers, long[] shape) in others)
            {
                names.Add(name);
                values.Add(OrtValue.CreateTensorValueFromMemory(numbers, shape));
            }
            using RunOptions options = new();
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, names, values, [output]);
            OrtValue result = results[0];
            long[] size = result.GetTensorTypeAndShape().Shape;
            return new Picture((int)size[2], (int)size[1], Channels, result.GetTensorDataAsSpan<byte>().ToArray());
        }
        finally
        {
            foreach (OrtValue value in values)
                value.Dispose();
        }
    }

    public void Dispose() => session.Dispose();

    private static bool IsPicture(NodeMetadata node) =>
        node is { ElementDataType: TensorElementType.UInt8, Dimensions: [_, _, _, Channels] };
}

/// <summary>How networks of pictures of any size are run.</summary>
internal static class PictureSessions
{
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    /// <param name="gpu">The GPU to use; null: the processor.</param>
    public static SessionOptions Options(int threads, int? gpu)
    {
        SessionOptions options = new() { IntraOpNumThreads = threads };
        // Threads that wait sleep: decoding and encoding pictures want the processor too.
        options.LetThreadsSleep();
        if (gpu is { } device)
            options.AppendExecutionProvider_CUDA(device);
        return options;
    }
}
