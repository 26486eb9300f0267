using Microsoft.ML.Data;

namespace MLNetGen.Style;

/// <summary>The pictures of a painting at the sizes at which they are compared.</summary>
/// <param name="Width">Of the painting.</param>
/// <param name="Height">Of the painting.</param>
/// <param name="Content">The photograph at that size; null where there is none.</param>
/// <param name="Style">At its own size, in the colours it is to give; null where there is none.</param>
/// <param name="Start">A given picture to paint over.</param>
/// <param name="Mask">Where to paint.</param>
internal sealed record PaintingPictures(int Width, int Height, Picture? Content, Picture? Style, Picture? Start, Picture? Mask)
{
    // A photograph of 12 megapixels before a VGG-19 would need tens of gigabytes.
    private const int SizeWithoutPhotograph = 256, LargestUnasked = 512;

    /// <exception cref="ArgumentException">There is neither content nor style, a mask without a photograph, or a picture that is too small.</exception>
    public static PaintingPictures Prepare(MLImage? content, MLImage? style, PaintingOptions options, LossNetwork network)
    {
        if (content is null && style is null)
            throw new ArgumentException("There is neither a content picture nor a style picture: give one of them at least.");
        if (options.Mask is not null && content is null)
            throw new ArgumentException("There is a mask and no content picture, which would show where nothing is painted: give one.");
        if (options.KeptColors != KeptColors.None && content is null)
            throw new ArgumentException($"{nameof(options.KeptColors)} is {options.KeptColors}, and there is no content picture to take colours from: give one.");

        Picture? photograph = FromImage(content);
        if (photograph is not null)
            photograph = options.Size is { } size ? PictureResize.ToLongerSide(photograph, size) : PictureResize.ToLongerSideAtMost(photograph, LargestUnasked);
        int square = options.Size ?? SizeWithoutPhotograph;
        (int width, int height) = photograph is null ? (square, square) : (photograph.Width, photograph.Height);
        Check(width, height, photograph is null ? "the painting" : "the content picture", $"give a larger {nameof(options.Size)}");

        Picture? painting = FromImage(style);
        if (painting is not null)
        {
            Check(painting.Width, painting.Height, "the style picture", "give a larger one");
            painting = PictureResize.ToLongerSide(painting, Math.Max(1, (int)Math.Round(Math.Max(width, height) * options.StyleScale)));
            Check(painting.Width, painting.Height, "the style picture", $"give a larger {nameof(options.StyleScale)} or {nameof(options.Size)}");
            if (options.KeptColors == KeptColors.Matched) painting = ColorMatching.MatchMeanAndCovariance(painting, photograph!);
        }

        return new(width, height, photograph, painting, At(FromImage(options.StartPicture), width, height), At(FromImage(options.Mask), width, height));

        void Check(int width, int height, string what, string remedy) =>
            StylePictures.CheckSize(width, height, network.SmallestSide, what, $"the loss network ({network.Description})", remedy);
    }

    private static Picture? FromImage(MLImage? image) => image is null ? null : Picture.FromImage(image);

    private static Picture? At(Picture? picture, int width, int height) => picture is null ? null : PictureResize.To(picture, width, height);
}
