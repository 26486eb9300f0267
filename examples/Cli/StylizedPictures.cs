namespace MLNetGen.Cli;

/// <summary>Repaints files one by one; what cannot be read is named and left out.</summary>
internal static class StylizedPictures
{
    public static int Paint(StyleModel network, StylizeOptions options, string[] paths, int longest, string? output, CancellationToken cancel) => EachPicture.Make(
        "painting", "painted", PictureTargets.Of(paths, output, "stylized"), ImageFolderOptions.DefaultMaximumPixels,
        (picture, progress) => network.Stylize(Shrink(picture, longest), options, progress, cancel), cancel);

    /// <summary>At most so long; 0: as it is.</summary>
    internal static Picture Shrink(Picture picture, int longest) =>
        longest > 0 ? PictureResize.ToLongerSideAtMost(picture, longest) : picture;
}
