namespace MLNetGen;

/// <summary>A folder of numbered pictures that are a video's frames.</summary>
public static class FrameFolder
{
    /// <summary>The pictures directly in a folder, as people count: <c>frame2</c> before <c>frame10</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Their full paths, at least one.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are no pictures in it.</exception>
    public static IReadOnlyList<string> List(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}'");
        string[] files = [.. Directory.EnumerateFiles(folder).Where(PictureFile.HasPictureName).Order(NaturalOrder.Comparer)];
        return files.Length > 0 ? files.Select(Path.GetFullPath).ToArray()
            : throw new InvalidDataException($"There are no frames ({PictureFolder.Names}) in '{folder}'");
    }

    /// <summary>Makes a folder of frames of another: every one goes through a function, in order.</summary>
    /// <param name="input">The folder; see <see cref="List"/>.</param>
    /// <param name="output">Another folder, made where it is missing. Frames become PNG files of the same names.</param>
    /// <param name="map">Is given the frames in order, transparency on white.</param>
    /// <param name="progress">Is told of every frame.</param>
    /// <param name="cancellationToken">Ends it after the frame at work; the frames finished stay.</param>
    /// <returns>How many frames were written.</returns>
    /// <exception cref="ArgumentException">The folders are the same, or two frames would get one name.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are no frames, or one cannot be read; names it.</exception>
    /// <exception cref="IOException">A frame cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static int Map(
        string input, string output, Func<Picture, Picture> map, IProgress<VideoProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        ArgumentNullException.ThrowIfNull(map);
        var files = List(input);
        if (Path.TrimEndingDirectorySeparator(Path.GetFullPath(input)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)))
            throw new ArgumentException($"'{output}' is the folder that is read; choose another", nameof(output));
        if (files.GroupBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"'{twice.First()}' and '{twice.Last()}' would both become '{twice.Key}.png'; remove one", nameof(input));
        for (var i = 0; i < files.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            map(PictureFile.Read(files[i])).Save(Path.Combine(output, Path.GetFileNameWithoutExtension(files[i]) + ".png"));
            progress?.Report(new VideoProgress(i + 1, files.Count));
        }
        return files.Count;
    }
}

/// <summary>Names as people count: <c>frame2</c> before <c>frame10</c>.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Comparer { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return Comparer<object>.Default.Compare(x, y);
        var (i, j) = (0, 0);
        while (i < x.Length && j < y.Length)
        {
            var order = char.IsAsciiDigit(x[i]) && char.IsAsciiDigit(y[j])
                ? CompareNumbers(Digits(x, ref i), Digits(y, ref j))
                : char.ToUpperInvariant(x[i++]).CompareTo(char.ToUpperInvariant(y[j++]));
            if (order != 0)
                return order;
        }
        var rest = (x.Length - i).CompareTo(y.Length - j);
        // Names that only differ in zeros or capitals still have an order.
        return rest != 0 ? rest : string.CompareOrdinal(x, y);
    }

    private static ReadOnlySpan<char> Digits(string text, ref int i)
    {
        var start = i;
        while (i < text.Length && char.IsAsciiDigit(text[i]))
            i++;
        return text.AsSpan(start, i - start).TrimStart('0');
    }

    // Without leading zeros the longer number is the greater.
    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b) =>
        a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
}
