namespace MLNetGen.Cli;

/// <summary>Repaints files one by one; what cannot be read is named and left out.</summary>
internal static class StylizedPictures
{
    public static int Paint(StyleModel network, StylizeOptions options, string[] paths, int longest, string? output, CancellationToken cancel)
    {
        List<string> files = [.. paths.SelectMany(Files)];
        bool isFile = output is not null && Path.GetExtension(output).Equals(".png", StringComparison.OrdinalIgnoreCase);
        if (isFile && files.Count > 1)
            throw new ArgumentException($"--out is '{output}', one picture, and there are {files.Count} to paint: name a folder.");
        int failed = 0;
        int ended = TrainingDisplay.Show("painting", (step, line) =>
        {
            for (int i = 0; i < files.Count; i++)
            {
                string file = files[i], name = $"{Path.GetFileNameWithoutExtension(file)}-stylized.png";
                string target = isFile ? output! : Path.Combine(output ?? Path.GetDirectoryName(file)!, name);
                int done = i;
                try
                {
                    cancel.ThrowIfCancellationRequested();
                    Picture picture = PictureFile.Read(file);
                    if (longest > 0 && Math.Max(picture.Width, picture.Height) > longest)
                        picture = PictureResize.ToLongerSide(picture, longest);
                    TileProgress tiles = new(share => step(() => new TrainingPosition(done + share, files.Count, $"{file}: tile by tile")));
                    network.Stylize(picture, options, tiles, cancel).Save(target);
                    line(target);
                }
                catch (OperationCanceledException)
                {
                    Console.Error.WriteLine($"mlnetgen: stopped; {i - failed} of {files.Count} pictures are painted.");
                    return Failure.Interrupted;
                }
                catch (Exception e) when (e is InvalidDataException or ArgumentException && files.Count > 1)
                {
                    Console.Error.WriteLine($"left out '{file}': {Failure.MessageOf(e)}");
                    failed++;
                }
                step(() => new TrainingPosition(done + 1, files.Count, $"{done + 1} of {files.Count}"));
            }
            return 0;
        });
        return failed == files.Count ? Failure.ExitCode : ended;
    }

    private static IEnumerable<string> Files(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        string[] found = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(PictureFile.HasPictureName).Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found : throw new ArgumentException($"there are no pictures in '{path}'.");
    }

    // Progress<T> posts to other threads, in any order.
    private sealed class TileProgress(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
