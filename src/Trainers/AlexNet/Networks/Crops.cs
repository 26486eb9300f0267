using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>
/// What of a larger picture the network sees: its centre, or ten crops (the four corners and the centre, then their mirror images),
/// one after another in the batch. Source: the AlexNet paper, section 4.1.
/// </summary>
internal sealed class Crops(int from, int size, bool ten) : Module<Tensor, Tensor>(nameof(Crops)), IOnnxConvertible
{
    public const int Ten = 10;

    // Top and left of each.
    private readonly (int Top, int Left)[] corners = ten
        ? [(0, 0), (0, from - size), (from - size, 0), (from - size, from - size), ((from - size) / 2, (from - size) / 2)]
        : [((from - size) / 2, (from - size) / 2)];

    public int Count => ten ? Ten : 1;

    public override Tensor forward(Tensor pixels)
    {
        Tensor[] crops = [.. corners.Select(c => pixels.narrow(2, c.Top, size).narrow(3, c.Left, size))];
        return ten ? cat([.. crops, .. crops.Select(crop => crop.flip(3))], 0) : crops[0].contiguous();
    }

    /// <summary>The same as ONNX nodes: keep the two beside each other.</summary>
    public void ToOnnx(OnnxCall call)
    {
        OnnxValue[] crops = [.. corners.Select(c => size == from ? call.Input() : call.Input().Slice(2, c.Top, c.Top + size).Slice(3, c.Left, c.Left + size))];
        call.SetOutput(ten
            ? call.Concat(0, [.. crops, .. crops.Select(crop => crop.Slice(3, -1, long.MinValue, -1))])
            : crops[0].Node("Identity"));
    }
}
