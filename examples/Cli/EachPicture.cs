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
                    line($"{target}  {made.Width}×{made.Height}");
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
}
