using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen;

/// <summary>
/// A network from pictures to pictures, of any size, as a chain of ML.NET's own transformers for pictures of one size: resize, extract pixels, network,
/// pixels to picture. It saves and loads without this library.
/// </summary>
internal static class FixedSizeChain
{
    private const string Resized = "mlnetgen.resized";

    /// <param name="context">The context.</param>
    /// <param name="file">An ONNX file with <c>uint8</c> [N, H, W, 3] in and out, its only input and output; it is read again whenever the chain is saved.</param>
    /// <param name="input">Name of the network's input.</param>
    /// <param name="output">Name of the network's output.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of pictures to read.</param>
    /// <param name="width">Width of the network's input, in pixels.</param>
    /// <param name="height">Height of the network's input, in pixels.</param>
    /// <param name="factor">How many times as wide and high the network's output is.</param>
    /// <param name="resizing">How pictures of another shape are made to fit.</param>
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    public static TransformerChain<ITransformer> Of(MLContext context, string file, string input, string output, string outputColumnName, string inputColumnName,
        int width, int height, int factor, ImageResizingEstimator.ResizingKind resizing, int threads)
    {
        OptionCheck.AtLeast(nameof(width), width, 1);
        OptionCheck.AtLeast(nameof(height), height, 1);
        PictureTypes.Register(new ImageDataViewType(height * factor, width * factor));
        MLContext on = ContextGpu.ContextOf(context);
        // Pixels as bytes, channels together: what the file takes and gives, so that nothing is scaled or rounded on the way.
        IEstimator<ITransformer> chain = context.Transforms.ResizeImages(Resized, width, height, inputColumnName, resizing)
            .Append(context.Transforms.ExtractPixels(
                input,
                Resized,
                ImagePixelExtractingEstimator.ColorBits.Rgb,
                ImagePixelExtractingEstimator.ColorsOrder.ARGB,
                interleavePixelColors: true,
                outputAsFloatArray: false))
            .Append(on.Transforms.ApplyOnnxModel(new OnnxOptions
            {
                ModelFile = file,
                InputColumns = [input],
                OutputColumns = [output],
                ShapeDictionary = new Dictionary<string, int[]> { [input] = [1, height, width, 3], [output] = [1, height * factor, width * factor, 3] },
                GpuDeviceId = on.GpuDeviceId,
                FallbackToCpu = on.FallbackToCpu,
                IntraOpNumThreads = threads,
            }))
            .Append(context.Transforms.ConvertToImage(
                height * factor,
                width * factor,
                outputColumnName,
                output,
                ImagePixelExtractingEstimator.ColorBits.Rgb,
                ImagePixelExtractingEstimator.ColorsOrder.ARGB,
                interleavedColors: true))
            .Append(context.Transforms.DropColumns(Resized, input, output));
        DataViewSchema.Builder schema = new();
        schema.AddColumn(inputColumnName, new ImageDataViewType());
        return new TransformerChain<ITransformer>(chain.Fit(new EmptyView(schema.ToSchema())));
    }
}
