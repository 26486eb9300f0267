namespace MLNetGen.Cli;

/// <summary>Repaints files one by one; what cannot be read is named and left out.</summary>
internal static class StylizedPictures
{
    public static int Paint(StyleModel network, StylizeOptions options, string[] paths, int longest, string? output, CancellationToken cancel)
    {
        List<string> files = EachPicture.Files(paths);
        bool isFile = output is not null && Path.GetExtension(output).Equals(".png", StringComparison.OrdinalIgnoreCase);
        if (isFile && files.Count > 1)
            throw new ArgumentException($"--out is '{output}', one picture, and there are {files.Count} to paint: name a folder.");
        return EachPicture.Make("painting", "painted", files, ImageFolderOptions.DefaultMaximumPixels, Target, Painted, cancel);

        string Target(string file) => isFile ? output! : Path.Combine(output ?? Path.GetDirectoryName(file)!, $"{Path.GetFileNameWithoutExtension(file)}-stylized.png");

        Picture Painted(Picture picture, IProgress<double> progress) => network.Stylize(Shrink(picture, longest), options, progress, cancel);
    }

    /// <summary>At most so long; 0: as it is.</summary>
    internal static Picture Shrink(Picture picture, int longest) =>
        longest > 0 && Math.Max(picture.Width, picture.Height) > longest ? PictureResize.ToLongerSide(picture, longest) : picture;
}
