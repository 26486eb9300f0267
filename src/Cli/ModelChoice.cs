using System.CommandLine;
using System.CommandLine.Parsing;

namespace MLNetGen.Cli;

/// <summary>A model that a user names: its file, the folder of its run, or any file of that.</summary>
internal static class ModelChoice
{
    /// <param name="option"><c>--model</c>.</param>
    /// <param name="file">What the command needs of a run.</param>
    /// <param name="orOnnx">Whether any ONNX file will do as well.</param>
    public static Option<string?> OfRun(this Option<string?> option, string file = ModelFile.Zip, bool orOnnx = false)
    {
        option.CustomParser = result => Find(result, file, orOnnx);
        return option;
    }

    /// <summary>A style network: a run's, or one that lies beside the program, by its name.</summary>
    /// <param name="option"><c>--model</c>.</param>
    public static Option<string?> OfStyle(this Option<string?> option)
    {
        option.CustomParser = result => result.Tokens is [.., { Value: var named }] && !Path.Exists(named) && BuiltInStyles.FileOf(named) is { } own ? own : Find(result, "style.onnx", orOnnx: false);
        option.HelpName = "model";
        option.CompletionSources.Add([.. BuiltInStyles.Names]);
        return option;
    }

    /// <param name="argument">A file.</param>
    /// <param name="file">What the command needs of a run.</param>
    /// <param name="orOnnx">Whether any ONNX file will do as well.</param>
    public static Argument<string> OfRun(this Argument<string> argument, string file = ModelFile.Zip, bool orOnnx = false)
    {
        argument.CustomParser = result => Find(result, file, orOnnx);
        return argument;
    }

    // Of the families that these commands take, the file alone is missing.
    private static string? OfOtherFamily(string path) => File.Exists(path) && ModelFamily.NameOf(path) is not ("style" or "superResolution") ? ModelFamily.Of(path) : null;

    private static string? Find(SymbolResult result, string file, bool orOnnx)
    {
        if (result.Tokens is not [.., { Value: var named }])
            return null;
        string found = Find(named, file, orOnnx);
        if (found == named && file != ModelFile.Zip && OfOtherFamily(Directory.Exists(named) ? Path.Combine(named, ModelFile.Zip) : named) is { } family)
            result.AddError($"'{named}' is {family}.");
        return found;
    }

    private static string Find(string named, string file, bool orOnnx)
    {
        if (File.Exists(named) && (EndsAs(file) || (orOnnx && EndsAs(".onnx"))))
            return named;
        // Beside it, or above: samples and checkpoints have folders of their own in a run's.
        string? folder = Directory.Exists(named) ? named : File.Exists(named) ? Path.GetDirectoryName(Path.GetFullPath(named)) : null;
        return folder is null ? named
            : File.Exists(Path.Combine(folder, file)) ? Path.Combine(folder, file)
            : Path.GetDirectoryName(Path.GetFullPath(folder)) is { } above && File.Exists(Path.Combine(above, "run.json")) && File.Exists(Path.Combine(above, file)) ? Path.Combine(above, file)
            // What it is, and whether it is there, its reader says.
            : named;

        bool EndsAs(string name) => string.Equals(Path.GetExtension(named), Path.GetExtension(name), StringComparison.OrdinalIgnoreCase);
    }
}
