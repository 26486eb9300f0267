using System.Text.RegularExpressions;

namespace MLNetGen.Tests.Docs;

/// <summary>Links to files of the repository and to headings lead somewhere, and no picture is too large for a page.</summary>
public sealed partial class LinksTests
{
    private const long LargestPicture = 400_000, PicturesOfReadme = 1_500_000;

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading()
    {
        List<string> broken = [];
        foreach (Page page in Page.All.Append(Page.Read("ARCHITECTURE.md")).Append(Page.Read("CHANGELOG.md")))
        {
            foreach (string target in Link().Matches(page.Prose).Select(link => link.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)))
            {
                string[] parts = target.Split('#');
                string file = parts[0].Length == 0 ? page.Name : Path.GetRelativePath(Repository.Root!, Path.GetFullPath(Path.Combine(Repository.Root!, Path.GetDirectoryName(page.Name)!, parts[0])));
                if (!Path.Exists(Path.Combine(Repository.Root!, file)))
                    broken.Add($"{page.Name}: there is no {file}");
                else if (parts.Length > 1 && !Anchors(Page.Read(file)).Contains(parts[1]))
                    broken.Add($"{page.Name}: {file} has no heading #{parts[1]}");
            }
        }
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    [Fact]
    public void Every_page_is_reached_from_README()
    {
        string readme = Page.Read("README.md").Text;
        Assert.All(Page.All.Where(page => page.Name.StartsWith("docs/", StringComparison.Ordinal)), page => Assert.Contains($"({page.Name}", readme));
    }

    [Fact]
    public void Pictures_are_small()
    {
        string docs = Path.Combine(Repository.Root!, "docs");
        Assert.All(Directory.EnumerateFiles(docs, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".md", StringComparison.Ordinal)),
            file => Assert.True(new FileInfo(file).Length <= LargestPicture, $"{file} has {new FileInfo(file).Length:N0} bytes"));
        IEnumerable<string> shown = Link().Matches(Page.Read("README.md").Prose).Select(link => link.Groups["target"].Value).Where(target => target.StartsWith("docs/pictures/", StringComparison.Ordinal)).Distinct();
        Assert.InRange(shown.Sum(target => new FileInfo(Path.Combine(Repository.Root!, target)).Length), 1, PicturesOfReadme);
    }

    // As GitHub names headings: lower case, no punctuation, dashes for spaces.
    private static HashSet<string> Anchors(Page page) =>
        [.. Heading().Matches(page.Prose).Select(heading => Punctuation().Replace(heading.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
