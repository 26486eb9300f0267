using Microsoft.ML.OnnxRuntime;
using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.FineTuning;

/// <summary>A network for pictures of 16×16 with a classifier at its end, as somebody else might have trained it: always the same weights.</summary>
internal static class TinyBackbone
{
    public const int Size = 16, Features = 8, Classes = 5;

    /// <summary>What <c>classifier.onnx</c> and the like hold.</summary>
    public enum End
    {
        /// <summary>Logits, of the features by a matrix.</summary>
        Logits,

        /// <summary>Probabilities of them.</summary>
        Probabilities,

        /// <summary>The features: averages of the maps.</summary>
        Features,

        /// <summary>The maps, [N, 8, 4, 4].</summary>
        Maps,

        /// <summary>Their places as a sequence, [N, 8, 16].</summary>
        Sequence,
    }

    public static string Write(string path, End end = End.Logits, int channels = 3)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        BatchNorm2d normalization = BatchNorm2d(6);
        using (no_grad())
        {
            normalization.running_mean!.copy_(rand(6));
            normalization.running_var!.copy_(rand(6) + 0.5);
        }

        List<Module<Tensor, Tensor>> layers = [Conv2d(channels, 6, 3, padding: 1), normalization, ReLU(), MaxPool2d(2), Conv2d(6, Features, 3, padding: 1), ReLU(), MaxPool2d(2)];
        Module<Tensor, Tensor> classifier = Linear(Features, Classes);
        if (end is End.Features or End.Logits or End.Probabilities) layers.AddRange([AdaptiveAvgPool2d(1), Flatten()]);
        if (end is End.Logits or End.Probabilities) layers.Add(classifier);
        if (end is End.Probabilities) layers.Add(Softmax(1));
        if (end is End.Sequence) layers.Add(Flatten(2));
        using Sequential network = Sequential(layers);
        network.eval();
        OnnxExporter.Export(network, zeros(1, channels, Size, Size), path, new OnnxExportOptions { InputNames = ["data"], OutputNames = ["out"] });
        return path;
    }

    /// <summary>What ONNX Runtime makes of pixels [N, channels, 16, 16].</summary>
    public static float[][] Run(string path, Tensor pixels)
    {
        using InferenceSession session = new(path);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory([.. pixels.contiguous().data<float>()], pixels.shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["data"], [input], ["out"]);
        float[] values = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        return [.. values.Chunk(values.Length / (int)pixels.shape[0])];
    }
}
