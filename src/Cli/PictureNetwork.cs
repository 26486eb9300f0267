using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Onnx;

namespace MLNetGen.Cli;

/// <summary>An ONNX file that takes pictures: <c>uint8</c> [N, H, W, C], or float32 [N, C, H, W].</summary>
internal sealed class PictureNetwork
{
    private const string Resized = "mlnetgen.resized", Pixels = "mlnetgen.pixels";

    private readonly MLContext context;
    private readonly string path, input;
    private readonly int[] shape;
    private readonly bool isByte;
    private readonly double scale;
    private readonly string[]? labels;

    /// <param name="context">ML.NET's.</param>
    /// <param name="path">The file.</param>
    /// <param name="size">Height and width where the file leaves them open.</param>
    /// <param name="scale">What pixels are multiplied with; null: 1/255.</param>
    /// <exception cref="ArgumentException">It takes something else.</exception>
    public PictureNetwork(MLContext context, string path, int? size, double? scale)
    {
        (this.context, this.path, this.scale) = (context, path, scale ?? 1 / 255.0);
        OnnxSummary summary = OnnxSummary.Read(path);
        if (summary.Inputs is not [{ Shape: { Count: 4 } axes, ElementType: "uint8" or "float32" } only])
            throw new ArgumentException($"'{path}' takes no pictures: its input must be uint8 [N, H, W, C] or float32 [N, C, H, W]. Use OnnxQuantizer with rows of your own.");
        (input, isByte) = (only.Name, only.ElementType == "uint8");
        int[] lengths = [.. axes.Select(axis => int.TryParse(axis, out int length) ? length : 0)];
        int channels = isByte ? lengths[3] : lengths[1], height = isByte ? lengths[1] : lengths[2], width = isByte ? lengths[2] : lengths[3];
        if (channels is not (1 or 3))
            throw new ArgumentException($"'{path}' takes {channels} channels; pictures have 1 or 3.");
        if (height == 0 || width == 0)
            (height, width) = size is { } side ? (side, side) : throw new ArgumentException($"'{path}' takes pictures of any size: say which with --size.");
        shape = isByte ? [1, height, width, channels] : [1, channels, height, width];
        labels = summary.Metadata.TryGetValue("labels", out string? json) ? JsonSerializer.Deserialize<string[]>(json) : null;
    }

    private int Channels => isByte ? shape[3] : shape[1];

    /// <summary>Writes it in 8 bits. A classifier whose metadata name its labels is judged by the test rows.</summary>
    public OnnxQuantizationReport Quantize(string target, IDataView calibration, IDataView test, ModelQuantizationOptions options) => OnnxQuantizer.Quantize(path, target, Rows(calibration), new OnnxQuantizationOptions
    {
        FloatLayers = options.FloatLayers,
        KeepSensitiveLayers = options.KeepSensitiveLayers,
        ReduceRange = options.ReduceRange,
        MaximumLoss = options.MaximumLoss,
        Accuracy = labels is null ? null : file => Accuracy(file, test),
    });

    private IEnumerable<NamedOnnxValue[]> Rows(IDataView pictures)
    {
        IDataView view = Extracted(pictures);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema[Pixels]]);
        Func<NamedOnnxValue> read = isByte ? Reader<byte>(cursor) : Reader<float>(cursor);
        while (cursor.MoveNext())
            yield return [read()];
    }

    // Right ones among all rows.
    private double Accuracy(string file, IDataView test)
    {
        string[] truths = [.. test.GetColumn<string>("Label")];
        using InferenceSession session = new(file);
        int right = 0, row = 0;
        foreach (NamedOnnxValue[] inputs in Rows(test))
        {
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(inputs, [session.OutputNames[0]]);
            float[] scores = [.. results[0].AsEnumerable<float>()];
            right += labels![Array.IndexOf(scores, scores.Max())] == truths[row++] ? 1 : 0;
        }
        return (double)right / row;
    }

    private IDataView Extracted(IDataView pictures)
    {
        IEstimator<ITransformer> chain = context.Transforms.ResizeImages(Resized, isByte ? shape[2] : shape[3], isByte ? shape[1] : shape[2], "Image");
        if (Channels == 1)
            chain = chain.Append(context.Transforms.ConvertToGrayscale(Resized));
        return chain.Append(context.Transforms.ExtractPixels(
            Pixels,
            Resized,
            Channels == 1 ? ImagePixelExtractingEstimator.ColorBits.Red : ImagePixelExtractingEstimator.ColorBits.Rgb,
            interleavePixelColors: isByte,
            scaleImage: isByte ? 1 : (float)scale,
            outputAsFloatArray: !isByte)).Fit(pictures).Transform(pictures);
    }

    private Func<NamedOnnxValue> Reader<T>(DataViewRow row)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(row.Schema[Pixels]);
        return () =>
        {
            VBuffer<T> value = default;
            get(ref value);
            return NamedOnnxValue.CreateFromTensor(input, new DenseTensor<T>(value.DenseValues().ToArray(), shape));
        };
    }
}
