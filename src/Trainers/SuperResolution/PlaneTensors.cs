using static TorchSharp.torch;

namespace MLNetGen.SuperResolution;

/// <summary>Pictures and tensors of float32 [N, 3, H, W], 0 to 255.</summary>
internal static class PlaneTensors
{
    /// <summary>One picture, [1, 3, H, W].</summary>
    public static Tensor ToPlanes(this Picture picture) => picture.ToPlanes(0, 0, picture.Width, picture.Height);

    /// <summary>A part of a picture, [1, 3, height, width].</summary>
    public static Tensor ToPlanes(this Picture picture, int left, int top, int width, int height)
    {
        using var scope = NewDisposeScope();
        Tensor bytes = from_array(picture.Pixels).reshape(picture.Height, picture.Width, picture.Channels).narrow(0, top, height).narrow(1, left, width);
        Tensor planes = bytes.permute(2, 0, 1).unsqueeze(0).to_type(ScalarType.Float32);
        return (picture.Channels == 3 ? planes : planes.repeat(1, 3, 1, 1)).contiguous().MoveToOuterDisposeScope();
    }

    public static IReadOnlyList<Picture> ToWholePictures(this Tensor planes)
    {
        using var scope = NewDisposeScope();
        return (planes / 255).ToPictures();
    }
}
