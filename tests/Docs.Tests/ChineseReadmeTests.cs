using System.Text.RegularExpressions;

namespace MLNetGen.Tests.Docs;

/// <summary>README.zh-CN.md says what README.md says: the same headings by level, code but for its comments, tables by size, pictures and links.</summary>
public sealed partial class ChineseReadmeTests
{
    private static readonly Page English = Page.Read("README.md"), Chinese = Page.Read("README.zh-CN.md");

    [Fact]
    public void Headings_have_the_same_levels() => Assert.Equal(Levels(English), Levels(Chinese));

    [Fact]
    public void Code_is_the_same_but_for_its_comments() => Assert.Equal(English.Blocks.Select(Code), Chinese.Blocks.Select(Code));

    [Fact]
    public void Links_and_pictures_are_the_same() => Assert.Equal(Targets(English), Targets(Chinese));

    [Fact]
    public void Tables_have_as_many_rows_and_columns() => Assert.Equal(Rows(English), Rows(Chinese));

    [Fact]
    public void What_stands_in_backquotes_is_the_same() => Assert.Equal(Names(English), Names(Chinese));

    private static string[] Levels(Page page) => [.. Heading().Matches(page.Prose).Select(match => match.Groups["level"].Value)];

    private static string Code(Block block) => string.Join('\n', block.Code.Split('\n').Select(line => Comment().Replace(line, "")));

    // Another language may need another order within a paragraph. Each README leads to the other.
    private static IEnumerable<string> Targets(Page page) =>
        Target().Matches(page.Prose).Select(match => match.Groups["target"].Value).Where(target => !target.StartsWith("README", StringComparison.Ordinal)).Select(WithoutAnchor).Order(StringComparer.Ordinal);

    private static int[] Rows(Page page) => [.. page.Prose.Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Count(character => character == '|'))];

    private static IEnumerable<string> Names(Page page) => Backquoted().Matches(page.Prose).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    // Headings of the README itself are in its language.
    private static string WithoutAnchor(string target) => target.StartsWith('#') ? "#" : target;

    [GeneratedRegex("^(?<level>#+) ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Target();

    [GeneratedRegex(@"\s*(//|\s#|^#)\s.*$")]
    private static partial Regex Comment();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex Backquoted();
}
