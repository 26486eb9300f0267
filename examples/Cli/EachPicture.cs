namespace MLNetGen.Cli;

/// <summary>Pictures made of files one by one; a file that cannot be used is named and left out, and the rest goes on.</summary>
internal static class EachPicture
{
    /// <param name="title">What is going on: "painting".</param>
    /// <param name="done">What a finished picture is: "painted".</param>
    /// <param name="files">The pictures.</param>
    /// <param name="maximumPixels">Larger pictures are not decoded.</param>
    /// <param name="target">Where a file's picture goes.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="cancel">Stops between two pictures, and within one where <paramref name="make"/> does.</param>
    public static int Make(
        string title, string done, IReadOnlyList<string> files, long maximumPixels, Func<string, string> target, Func<Picture, IProgress<double>, Picture> make, CancellationToken cancel)
    {
        int failed = 0;
        int ended = TrainingDisplay.Show(title, (step, line) =>
        {
            for (int i = 0; i < files.Count; i++)
            {
                string file = files[i];
                int before = i;
                try
                {
                    cancel.ThrowIfCancellationRequested();
                    DirectProgress<double> tiles = new(share => step(() => new TrainingPosition(before + share, files.Count, $"{file}: tile by tile")));
                    Picture made = make(PictureFile.Read(file, maximumPixels), tiles);
                    string path = target(file);
                    made.Save(path);
                    line($"{path}  {made.Width}×{made.Height}");
                }
                catch (OperationCanceledException)
                {
                    Console.Error.WriteLine($"mlnetgen: stopped; {i - failed} of {files.Count} pictures are {done}.");
                    return Failure.Interrupted;
                }
                catch (Exception e) when (e is InvalidDataException or ArgumentException && files.Count > 1)
                {
                    Console.Error.WriteLine($"left out '{file}': {Failure.MessageOf(e)}");
                    failed++;
                }
                step(() => new TrainingPosition(before + 1, files.Count, $"{before + 1} of {files.Count}"));
            }
            return 0;
        });
        return failed == files.Count ? Failure.ExitCode : ended;
    }

    /// <summary>The picture files that paths name, those of folders too.</summary>
    /// <exception cref="ArgumentException">A folder has none.</exception>
    public static List<string> Files(IEnumerable<string> paths) => [.. paths.SelectMany(Files)];

    private static IEnumerable<string> Files(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        string[] found = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(PictureFile.HasPictureName).Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found : throw new ArgumentException($"there are no pictures in '{path}'.");
    }
}
