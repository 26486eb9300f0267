using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>Paintings and test pictures: from files to tensors [1, 3, H, W], 0 to 255.</summary>
internal static class StylePictures
{
    /// <summary>A painting as the loss network gets it: its shorter side as asked, and never enlarged.</summary>
    /// <exception cref="ArgumentException">It is too small for the loss network.</exception>
    public static Picture Painting(string path, int shorterSide, LossNetwork loss)
    {
        Picture picture = PictureFile.Read(path);
        int least = Math.Min(picture.Width, picture.Height);
        CheckSize(picture.Width, picture.Height, loss.SmallestSide, $"style picture '{path}'", $"the loss network ({loss.Description})", "give a larger picture of it");
        return PictureResize.ToShorterSide(picture, Math.Clamp(shorterSide, loss.SmallestSide, least));
    }

    /// <summary>A picture to be painted, its longer side at most as given.</summary>
    /// <exception cref="ArgumentException">It is too small for the network.</exception>
    public static Picture Content(string path, int longerSide)
    {
        Picture picture = PictureFile.Read(path);
        CheckSize(picture, $"'{path}'");
        return PictureResize.ToLongerSideAtMost(picture, longerSide);
    }

    /// <exception cref="ArgumentException">It is too small for the network.</exception>
    public static void CheckSize(Picture picture, string name) =>
        CheckSize(picture.Width, picture.Height, StyleShape.SmallestPicture, $"image {name}", "a style network", "enlarge it, or remove it");

    /// <exception cref="ArgumentException">A side is below the least.</exception>
    public static void CheckSize(int width, int height, int least, string what, string network, string remedy)
    {
        if (Math.Min(width, height) < least)
            throw new ArgumentException($"{what} is {width}×{height}; {network} needs at least {least}×{least}: {remedy}.");
    }

    public static Tensor ToTensor(Picture picture, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor pixels = tensor(picture.Pixels, [picture.Height, picture.Width, picture.Channels], device: device).permute(2, 0, 1).unsqueeze(0).to_type(ScalarType.Float32);
        return (picture.Channels == 3 ? pixels.contiguous() : pixels.expand(1, 3, picture.Height, picture.Width).contiguous()).MoveToOuterDisposeScope();
    }

    public static Picture ToPicture(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return (pixels / 255).ToPictures()[0];
    }
}

/// <summary>Brings the photograph's colours back to a finished painting.</summary>
internal static class ColorsOfPhotograph
{
    /// <param name="kept">How.</param>
    /// <param name="painted">In colour.</param>
    /// <param name="photograph">Of the same size.</param>
    public static Picture Keep(KeptColors kept, Picture painted, Picture photograph) => kept switch
    {
        KeptColors.Luminance => LuminanceTransfer.Apply(painted, photograph),
        KeptColors.Histogram => ColorMatching.MatchHistograms(painted, photograph),
        KeptColors.Matched => ColorMatching.MatchMeanAndCovariance(painted, photograph),
        _ => painted,
    };
}
