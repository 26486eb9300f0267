using System.Globalization;

namespace MLNetGen;

/// <summary>Files of one folder that differ in a number, such as <c>step-000500.png</c>.</summary>
/// <param name="Folder">Where they lie, or will.</param>
/// <param name="Prefix">What stands before the number; one that begins with * is any that ends so.</param>
/// <param name="Extension">What stands after it.</param>
/// <param name="Digits">Digits of the number, at least; 0 for one file that has none.</param>
internal sealed record NumberedFiles(string Folder, string Prefix, string Extension, int Digits = 6)
{
    /// <summary>The path of one of them.</summary>
    public string this[int number] => Path.Combine(Folder, $"{Prefix}{(Digits == 0 ? "" : number.ToString($"D{Digits}", CultureInfo.InvariantCulture))}{Extension}");

    /// <summary>Those that there are, by their numbers.</summary>
    public IReadOnlyList<(int Number, string Path)> All =>
    [
        .. (Directory.Exists(Folder) ? Directory.GetFiles(Folder, $"{Prefix}*{Extension}") : [])
            .Select(path => (Number: NumberOf(Path.GetFileName(path)[..^Extension.Length]), Path: path))
            .Where(file => file.Number >= 0)
            .OrderBy(file => file.Number),
    ];

    /// <summary>Removes those of higher numbers: what another run, or a part of this one that was lost, left.</summary>
    public void DeleteAfter(int number)
    {
        foreach ((int one, string path) in All)
            if (one > number) File.Delete(path);
    }

    // −1 for a file that is none of them: a wildcard takes more than it should.
    private int NumberOf(string name)
    {
        if (Digits == 0)
            return name == Prefix ? 0 : -1;
        string before = Prefix.TrimStart('*');
        int at = Prefix == before ? name.StartsWith(before, StringComparison.Ordinal) ? 0 : -1 : name.LastIndexOf(before, StringComparison.Ordinal);
        return at >= 0 && int.TryParse(name.AsSpan(at + before.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
    }
}
