using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>The end of a pipeline that gives pictures.</summary>
internal static class PictureStage
{
    /// <summary>What <see cref="PicturePlanes"/> gives, as pictures.</summary>
    public static VectorToImageConvertingEstimator Of(MLContext context, int height, int width, string output, string planes)
    {
        PictureTypes.Register(new ImageDataViewType(height, width));
        return context.Transforms.ConvertToImage(height, width, output, planes, ImagePixelExtractingEstimator.ColorBits.All, ImagePixelExtractingEstimator.ColorsOrder.ARGB);
    }
}
