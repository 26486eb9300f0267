using System.Globalization;
using System.Text;

namespace MLNetGen.Cli.Scoring;

/// <summary>A job's parts in its folder, each there whole or not at all.</summary>
internal sealed class PartFiles(string folder, PartFormat format)
{
    /// <summary>The name of a part: a file, or a folder of pictures.</summary>
    public string PathOf(int part) => Path.Combine(folder, NameOf(part) + format.Extension);

    /// <summary>Where a part's pictures that cannot be read are named; absent where all can.</summary>
    public string ErrorsOf(int part) => Path.Combine(folder, $"{NameOf(part)}.errors.csv");

    public bool Has(int part) => Path.Exists(PathOf(part));

    /// <summary>Writes a part; what a process that was killed left of it is deleted.</summary>
    /// <param name="part">Which.</param>
    /// <param name="leftOut">Its pictures that cannot be read.</param>
    /// <param name="write">Writes it at the path that it is given.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(int part, IReadOnlyCollection<SkippedPicture> leftOut, Action<string> write)
    {
        string target = PathOf(part), prefix = $".{NameOf(part)}.", unfinished = Path.Combine(folder, $"{prefix}{Guid.NewGuid():N}.tmp");
        foreach (string left in Directory.GetFileSystemEntries(folder, $"{prefix}*.tmp"))
            Delete(left);
        try
        {
            write(unfinished);
            // First: a part that is there has its errors too.
            if (leftOut.Count > 0)
                OutputFile.WriteAllText(ErrorsOf(part), ErrorsText(leftOut));
            else
                File.Delete(ErrorsOf(part));
            if (Directory.Exists(unfinished))
            {
                Directory.Move(unfinished, target);
                return;
            }
            // The name must not outlive the bytes where the machine stops.
            using (FileStream bytes = new(unfinished, FileMode.Open, FileAccess.ReadWrite)) bytes.Flush(flushToDisk: true);
            File.Move(unfinished, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Cannot write '{target}': {e.Message.TrimEnd('.')}. Is the disk full, the folder read-only, or does another process make the same shard?", e);
        }
        finally
        {
            if (Path.Exists(unfinished)) Delete(unfinished);
        }
    }

    /// <summary>How many pictures of a finished part could not be read.</summary>
    public int CountErrors(int part) => File.Exists(ErrorsOf(part)) ? CsvPart.Ends(File.OpenRead(ErrorsOf(part))).Count() - 1 : 0;

    private static string ErrorsText(IEnumerable<SkippedPicture> leftOut)
    {
        StringBuilder text = new(CsvPart.Line("Path", "Problem"));
        foreach (SkippedPicture picture in leftOut) text.Append(CsvPart.Line(picture.Path, picture.Reason));
        return text.ToString();
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private static string NameOf(int part) => string.Create(CultureInfo.InvariantCulture, $"part-{part:D5}");
}
