using MLNetGen.Style;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Style;

/// <summary>What tests/peers/style.py wrote, and the formula of its weights and pictures.</summary>
internal static class StyleFixture
{
    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Style", "Fixtures");

    public static readonly string[] StyleLayers = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];

    private const long Prime = 65521;

    public static string File(string name) => Path.Combine(Folder, name);

    public static int[] Blocks(string name) => name == "VGG-16" ? [2, 2, 3, 3, 3] : [2, 2, 4, 4, 4];

    /// <summary>What style.py calls numbers: from -scale/2 to scale/2.</summary>
    public static Tensor Numbers(long[] shape, long offset, double scale)
    {
        using var scope = NewDisposeScope();
        Tensor i = arange(Prime, ScalarType.Int64);
        Tensor period = (((i * i * 3 + i * 7 + offset).remainder(Prime).to(ScalarType.Float64) / Prime - 0.5) * scale).to(ScalarType.Float32);
        long count = shape.Aggregate(1L, (product, size) => product * size);
        return period.repeat((count + Prime - 1) / Prime).narrow(0, 0, count).reshape(shape).MoveToOuterDisposeScope();
    }

    /// <summary>The convolutions of a VGG with style.py's weights.</summary>
    public static Conv2d[] Convolutions(int[] blocks, int width)
    {
        using var noGradient = no_grad();
        List<Conv2d> convolutions = [];
        long before = 3;
        for (int block = 0; block < blocks.Length; block++)
        {
            long after = width << Math.Min(block, 3);
            for (int layer = 0; layer < blocks[block]; layer++, before = after)
            {
                using var scope = NewDisposeScope();
                Conv2d convolution = Conv2d(before, after, 3, padding: 1);
                int offset = convolutions.Count * 2;
                convolution.weight.copy_(Numbers([after, before, 3, 3], offset, Math.Sqrt(24.0 / (before * 9))));
                convolution.bias!.copy_(Numbers([after], offset + 1, 0.2));
                convolutions.Add(convolution);
            }
        }

        return [.. convolutions];
    }

    public static LossNetwork Vgg(string name, string convention, int width = 8) => VggLossNetwork.Create(
        $"{name}, made up", Blocks(name), Convolutions(Blocks(name), width),
        convention == "matconvnet" ? PixelConvention.LessMean() : PixelConvention.Torchvision(), poolsRemainder: convention == "matconvnet");

    public static float[] Floats(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return [.. tensor.detach().cpu().contiguous().data<float>()];
    }
}
