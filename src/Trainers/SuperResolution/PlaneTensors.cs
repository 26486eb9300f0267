using static TorchSharp.torch;

namespace MLNetGen.SuperResolution;

/// <summary>Pictures and tensors of float32 [N, 3, H, W], 0 to 255.</summary>
internal static class PlaneTensors
{
    /// <summary>One picture, [1, 3, H, W].</summary>
    public static Tensor ToPlanes(this Picture picture)
    {
        using var scope = NewDisposeScope();
        Tensor planes = from_array(picture.Pixels).reshape(1, picture.Height, picture.Width, picture.Channels).permute(0, 3, 1, 2).to_type(ScalarType.Float32);
        return (picture.Channels == 3 ? planes : planes.repeat(1, 3, 1, 1)).contiguous().MoveToOuterDisposeScope();
    }

    public static IReadOnlyList<Picture> ToWholePictures(this Tensor planes)
    {
        using var scope = NewDisposeScope();
        return (planes / 255).ToPictures();
    }
}
