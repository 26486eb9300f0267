using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.Export;
using MLNetGen.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen;

/// <summary>One network of a pipeline.</summary>
internal static class OnnxStage
{
    public static OnnxScoringEstimator Of(MLContext context, string file, string[] inputs, string[] outputs, int threads)
    {
        MLContext on = ContextGpu.ContextOf(context);
        return on.Transforms.ApplyOnnxModel(new OnnxOptions
        {
            ModelFile = file,
            InputColumns = inputs,
            OutputColumns = outputs,
            GpuDeviceId = on.GpuDeviceId,
            FallbackToCpu = on.FallbackToCpu,
            IntraOpNumThreads = threads,
        });
    }
}

/// <summary>
/// The GPU that a context asks ONNX Runtime for. ML.NET's own fallback catches ONNX Runtime's exception, and not the one of a package that knows no GPU at all.
/// </summary>
internal static class ContextGpu
{
    /// <summary>Its number; null where the context names none, or falls back to the processor.</summary>
    /// <param name="context">The context; null names none.</param>
    /// <param name="problem">What to tell of a GPU that is not there where the context falls back; null where it asks for none or there is one.</param>
    /// <exception cref="InvalidOperationException">There is none, and the context does not fall back.</exception>
    public static int? Find(MLContext? context, out string? problem) =>
        OnnxGpu.Find(context?.GpuDeviceId, context?.FallbackToCpu ?? false, nameof(MLContext), out problem);

    /// <summary>The same where there is no run that says it: the context's log hears of it.</summary>
    /// <inheritdoc cref="Find"/>
    public static int? FindAndTell(MLContext context)
    {
        int? gpu = Find(context, out string? problem);
        if (problem is not null)
            HostLog.Warning(context, "Onnx", problem);
        return gpu;
    }

    /// <summary>The context itself; one without a GPU where it falls back.</summary>
    /// <inheritdoc cref="Find"/>
    public static MLContext ContextOf(MLContext context) => context.GpuDeviceId == Find(context, out _) ? context : new MLContext { TempFilePath = context.TempFilePath };
}

/// <summary>The end of a pipeline that gives pictures.</summary>
internal static class PictureStage
{
    /// <summary>What <see cref="PicturePlanes"/> gives, as pictures.</summary>
    public static VectorToImageConvertingEstimator Of(MLContext context, int height, int width, string output, string planes)
    {
        PictureTypes.Register(new ImageDataViewType(height, width));
        return context.Transforms.ConvertToImage(height, width, output, planes, ImagePixelExtractingEstimator.ColorBits.All, ImagePixelExtractingEstimator.ColorsOrder.ARGB);
    }

    /// <summary>The same of what has a picture's shape, [channels, height, width]; a vector stays one, under its new name.</summary>
    public static IEstimator<ITransformer> OrVector(MLContext context, long[] shape, string output, string planes, string vector) => shape is [_, long height, long width]
        ? Of(context, (int)height, (int)width, output, planes)
        : context.Transforms.CopyColumns(output, vector);
}

/// <summary>Pixels as ML.NET's ConvertToImage wants them: whole numbers, four planes.</summary>
/// <remarks>
/// In: float32 [N, 1 or 3, H, W] in [0, 1]. Out: float32 [N, 4, H, W], 0 … 255: alpha (255), red, green, blue.
/// ConvertToImage scales and rounds only where it also makes the picture transparent, and it cuts off fractions
/// otherwise: so the graph does both.
/// </remarks>
internal sealed class PicturePlanes() : Module<Tensor, Tensor>(nameof(PicturePlanes)), IOnnxConvertible
{
    public override Tensor forward(Tensor pixels)
    {
        Tensor colours = (pixels * 255).round();
        Tensor red = colours.narrow(1, 0, 1);
        Tensor alpha = red * 0 + 255;
        return pixels.shape[1] == 1 ? cat([alpha, red, red, red], 1) : cat([alpha, colours], 1);
    }

    /// <summary>The same as ONNX nodes: keep the two beside each other.</summary>
    public void ToOnnx(OnnxCall call)
    {
        OnnxValue colours = (call.Input() * 255).Node("Round");
        OnnxValue red = colours.Slice(1, 0, 1);
        OnnxValue alpha = red * 0 + 255;
        call.SetOutput(call.InputShape()[1] == 1 ? call.Concat(1, alpha, red, red, red) : call.Concat(1, alpha, colours));
    }
}

/// <summary>An input that is an output too.</summary>
internal sealed class PassThrough() : Module<Tensor, Tensor>(nameof(PassThrough)), IOnnxConvertible
{
    public override Tensor forward(Tensor x) => x.clone();

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input().Node("Identity"));
}

/// <summary>A class's index, Single [N, 1], to its one-hot row, [N, classes]; the nearest class where there is no such one.</summary>
internal sealed class OneHotClass(int classes) : Module<Tensor, Tensor>(nameof(OneHotClass)), IOnnxConvertible
{
    public override Tensor forward(Tensor index) => index.round().clamp(0, classes - 1).eq(arange(classes, float32, index.device)).to_type(float32);

    public void ToOnnx(OnnxCall call)
    {
        float[] indices = [.. Enumerable.Range(0, classes).Select(i => (float)i)];
        call.SetOutput(call.Input().Node("Round").Clip(0, classes - 1).Node("Equal", call.Constant(indices, classes)).Cast(OnnxElementType.Float));
    }
}

/// <summary>A one-hot row, [N, classes], to its class's index, Single [N, 1]; zeros to 0.</summary>
internal sealed class IndexOfClass() : Module<Tensor, Tensor>(nameof(IndexOfClass)), IOnnxConvertible
{
    public override Tensor forward(Tensor oneHot) => oneHot.argmax(1, keepdim: true).to_type(float32);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input().Node("ArgMax", ("axis", 1L), ("keepdims", 1L)).Cast(OnnxElementType.Float));
}
