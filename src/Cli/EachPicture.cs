namespace MLNetGen.Cli;

/// <summary>Pictures made of files one by one; a file that cannot be used is named and left out, and the rest goes on.</summary>
internal static class EachPicture
{
    /// <param name="title">What is going on: "painting".</param>
    /// <param name="done">What a finished picture is: "painted".</param>
    /// <param name="files">The pictures, and where what is made of them goes.</param>
    /// <param name="maximumPixels">Larger pictures are not decoded.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="cancel">Stops between two pictures, and within one where <paramref name="make"/> does.</param>
    public static int Make(
        string title, string done, IReadOnlyList<(string Source, string Target)> files, long maximumPixels, Func<Picture, IProgress<double>, Picture> make, CancellationToken cancel)
    {
        int failed = 0;
        List<object> pictures = [], leftOut = [];
        int ended = TrainingDisplay.Show(title, (step, line) =>
        {
            for (int i = 0; i < files.Count; i++)
            {
                (string file, string target) = files[i];
                int before = i;
                try
                {
                    cancel.ThrowIfCancellationRequested();
                    DirectProgress<double> tiles = new(share => step(() => new TrainingPosition(before + share, files.Count, $"{file}: tile by tile")));
                    Picture made = make(PictureFile.Read(file, maximumPixels), tiles);
                    made.Save(target);
                    pictures.Add(new { Source = file, Target = target, made.Width, made.Height });
                    line($"{target}  {made.Width}×{made.Height}");
                }
                catch (OperationCanceledException)
                {
                    Console.Error.WriteLine($"mlnetgen: stopped; {i - failed} of {files.Count} pictures are {done}.");
                    return Failure.Interrupted;
                }
                catch (Exception e) when (e is InvalidDataException or ArgumentException or IOException { InnerException: PathTooLongException } && files.Count > 1)
                {
                    string why = Failure.MessageOf(e);
                    Console.Error.WriteLine($"left out '{file}': {why}");
                    leftOut.Add(new { Source = file, Error = why });
                    failed++;
                }
                step(() => new TrainingPosition(before + 1, files.Count, $"{before + 1} of {files.Count}"));
            }
            return 0;
        });
        JsonOutput.Add("pictures", pictures);
        JsonOutput.Add("leftOut", leftOut.Count > 0 ? leftOut : null);
        return failed == files.Count ? Failure.ExitCode : ended;
    }
}

/// <summary>Which pictures to make of which files: <c>photo.jpg</c> becomes <c>photo-SUFFIX.png</c>.</summary>
internal static class PictureTargets
{
    /// <param name="paths">Files, and folders of them; a folder's pictures keep their places in it, and what was made before is not made again.</param>
    /// <param name="output">A folder, a <c>.png</c> where there is one file, or null for beside each file.</param>
    /// <param name="suffix">What a made picture's name ends in: "stylized".</param>
    /// <exception cref="ArgumentException">There are no pictures, or two of them would become one file.</exception>
    public static IReadOnlyList<(string Source, string Target)> Of(IEnumerable<string> paths, string? output, string suffix)
    {
        if (output is not null && PictureFile.HasPictureName(output) && !IsPng(output))
            throw new ArgumentException($"--out is '{output}'; pictures are written as PNG: name a .png, or a folder.");
        bool isFile = output is not null && IsPng(output);
        List<(string Source, string Target)> files = [.. paths.SelectMany(path => Files(path, isFile ? null : output, $"-{suffix}"))];
        if (isFile)
        {
            return files.Count == 1 ? [(files[0].Source, output!)]
                : throw new ArgumentException($"--out is '{output}', one picture, and there are {files.Count} to make: name a folder.");
        }
        return files.GroupBy(file => Path.GetFullPath(file.Target)).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new ArgumentException($"'{twice.First().Source}' and '{twice.Last().Source}' would both become '{twice.First().Target}': rename one, or name them one by one.")
            : files;
    }

    private static IEnumerable<(string Source, string Target)> Files(string path, string? output, string suffix)
    {
        if (!Directory.Exists(path))
            return [(path, Path.Combine(output ?? Path.GetDirectoryName(path)!, Made(path)))];
        string? made = output is null ? null : Path.GetFullPath(output) + Path.DirectorySeparatorChar;
        PictureFolderContents contents = PictureFolder.Find(path);
        (string, string)[] found =
        [
            .. contents.Pictures.Select(file => Path.Combine(path, file))
                .Where(file => !Path.GetFileNameWithoutExtension(file).EndsWith(suffix, StringComparison.Ordinal)
                    && (made is null || !Path.GetFullPath(file).StartsWith(made, StringComparison.Ordinal)))
                .Select(file => (file, Path.Combine(output ?? path, Path.GetDirectoryName(Path.GetRelativePath(path, file))!, Made(file)))),
        ];
        if (contents.LeftOut.Count > 0)
            Console.Error.WriteLine($"mlnetgen: of '{path}': {new ImageFolderReport(found.Length, []) { Unused = contents.LeftOut }}");
        return found.Length > 0 ? found : throw new ArgumentException($"there are no pictures in '{path}'.");

        string Made(string file) => Path.GetFileNameWithoutExtension(file) + suffix + ".png";
    }

    private static bool IsPng(string path) => Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase);
}
