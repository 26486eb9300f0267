namespace MLNetGen.Cli;

/// <summary>Style networks that lie beside the program, each with a picture of its painting.</summary>
internal static class BuiltInStyles
{
    private const string Extension = ".onnx", Thumbnail = ".jpg";

    /// <summary>Where they lie.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "styles");

    /// <summary>"wave" and others; none where the program was copied without them.</summary>
    public static IReadOnlyList<string> Names { get; } = Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, $"*{Extension}").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)] : [];

    /// <summary>The file of a name; null where there is none of that name.</summary>
    public static string? FileOf(string name) => Names.Contains(name) ? Path.Combine(Folder, name + Extension) : null;

    /// <summary>The painting's picture beside a network's file; null where there is none.</summary>
    public static string? ThumbnailOf(string file) => Path.ChangeExtension(file, Thumbnail) is var picture && File.Exists(picture) ? picture : null;
}
