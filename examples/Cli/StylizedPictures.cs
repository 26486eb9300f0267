namespace MLNetGen.Cli;

/// <summary>Repaints files one by one; what cannot be read is named and left out.</summary>
internal static class StylizedPictures
{
    public static int Paint(StyleModel network, StylizeOptions options, string[] paths, int longest, string? output, CancellationToken cancel) =>
        EachPicture.Make("painting", "painted", PictureTargets.Of(paths, output, "stylized"), ImageFolderOptions.DefaultMaximumPixels, (picture, progress) =>
        {
            if (longest > 0 && Math.Max(picture.Width, picture.Height) > longest)
                picture = PictureResize.ToLongerSide(picture, longest);
            return network.Stylize(picture, options, progress, cancel);
        }, cancel);
}
