using System.Text.RegularExpressions;

namespace MLNetGen.Tests.Docs;

/// <summary>A page of the documentation.</summary>
/// <param name="Name">Its path in the repository, with slashes.</param>
/// <param name="Text">What is in it, with \n between lines.</param>
internal sealed partial record Page(string Name, string Text)
{
    /// <summary>README in its languages and everything in docs/.</summary>
    public static IReadOnlyList<Page> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Root!, "README*.md").Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root!, "docs"), "*.md")).Order(StringComparer.Ordinal)
            .Select(path => Read(Path.GetRelativePath(Repository.Root!, path).Replace('\\', '/'))),
    ];

    /// <summary>Its code blocks, in order.</summary>
    public IReadOnlyList<Block> Blocks { get; } =
    [
        .. Fence().Matches(Text).Select(match => new Block(Name, Text.AsSpan(0, match.Index).Count('\n') + 2, match.Groups["language"].Value, match.Groups["code"].Value)),
    ];

    /// <summary>The page without its code blocks.</summary>
    public string Prose { get; } = Fence().Replace(Text, "");

    public static Page Read(string name) => new(name, File.ReadAllText(Path.Combine(Repository.Root!, name)).ReplaceLineEndings("\n"));

    [GeneratedRegex("^ *```(?<language>[a-z]*)\n(?<code>.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}

/// <summary>A code block.</summary>
/// <param name="Page">The page's name.</param>
/// <param name="Line">The line in the page where the code begins, from 1.</param>
/// <param name="Language">What stands behind the fence; empty for shell lines and figures.</param>
/// <param name="Code">The code.</param>
internal sealed record Block(string Page, int Line, string Language, string Code);
