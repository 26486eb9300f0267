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
    private const int SizeWithoutPhotograph = 256;

    /// <exception cref="ArgumentException">There is neither content nor style, a mask without a photograph, or a picture that is too small.</exception>
    public static PaintingPictures Prepare(MLImage? content, MLImage? style, PaintingOptions options, LossNetwork network)
    {
        if (content is null && style is null)
            throw new ArgumentException("There is neither a content picture nor a style picture: give one of them at least.");
        if (options.Mask is not null && content is null)
            throw new ArgumentException("There is a mask and no content picture, which would show where nothing is painted: give one.");
        if (options.Colors != PaintingColors.Style && content is null)
            throw new ArgumentException($"{nameof(options.Colors)} is {options.Colors}, and there is no content picture to take colours from: give one.");

        Picture? photograph = content is null ? null : Picture.FromImage(content);
        (int width, int height) = photograph is null
            ? (options.Size ?? SizeWithoutPhotograph, options.Size ?? SizeWithoutPhotograph)
            : Fit(photograph, options.Size ?? Math.Max(photograph.Width, photograph.Height));
        CheckSize(width, height, network, photograph is null ? "the painting" : "the content picture", $"a larger {nameof(options.Size)}");
        photograph = At(photograph, width, height);

        Picture? painting = style is null ? null : Picture.FromImage(style);
        if (painting is not null)
        {
            CheckSize(painting.Width, painting.Height, network, "the style picture", "a larger one");
            (int styleWidth, int styleHeight) = Fit(painting, Math.Max(1, (int)Math.Round(Math.Max(width, height) * options.StyleScale)));
            CheckSize(styleWidth, styleHeight, network, "the style picture", $"a larger {nameof(options.StyleScale)} or {nameof(options.Size)}");
            painting = At(painting, styleWidth, styleHeight)!;
            if (options.Colors == PaintingColors.Matched) painting = ColorMatching.MatchMeanAndCovariance(painting, photograph!);
        }

        return new(width, height, photograph, painting, At(FromImage(options.StartPicture), width, height), At(FromImage(options.Mask), width, height));
    }

    private static Picture? FromImage(MLImage? image) => image is null ? null : Picture.FromImage(image);

    public static Picture? At(Picture? picture, int width, int height) => picture is null ? null : PictureResize.To(picture, width, height);

    private static (int Width, int Height) Fit(Picture picture, int longerSide)
    {
        double ratio = (double)longerSide / Math.Max(picture.Width, picture.Height);
        return (Math.Max(1, (int)Math.Round(picture.Width * ratio)), Math.Max(1, (int)Math.Round(picture.Height * ratio)));
    }

    private static void CheckSize(int width, int height, LossNetwork network, string what, string remedy)
    {
        if (Math.Min(width, height) < network.SmallestSide)
            throw new ArgumentException($"{what} is {width}×{height}; the loss network ({network.Description}) needs at least {network.SmallestSide} pixels a side: give {remedy}.");
    }
}
