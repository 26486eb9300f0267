namespace MLNetGen.Tests.Docs;

/// <summary>The pages' tables of options are the code's; <c>MLNETGEN_UPDATE_DOCS=1 ./mlnetgen test</c> writes them again.</summary>
public sealed class OptionTablesTests
{
    private const string End = "<!-- end of the options -->\n";

    public static TheoryData<string> Names => [.. OptionTable.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_table_is_what_the_code_says(string name)
    {
        string start = $"<!-- The tests write these options, {name}'s: MLNETGEN_UPDATE_DOCS=1 ./mlnetgen test -->\n", table = OptionTable.Of(name);
        Page page = Assert.Single(Page.All, page => page.Text.Contains(start, StringComparison.Ordinal));
        // Another table of the page may just have been written.
        page = Page.Read(page.Name);
        string written = page.Text.Split(start)[1].Split(End)[0];
        if (UpdatedDocs.Wanted)
        {
            File.WriteAllText(Path.Combine(Repository.Root!, page.Name), page.Text.Replace(start + written + End, start + table + End, StringComparison.Ordinal));
            return;
        }
        Assert.Equal(table, written);
    }

    [Fact]
    public void Every_option_is_told_what_it_is()
    {
        Assert.All(OptionTable.All.Keys, name => Assert.All(OptionTable.Of(name).Split('\n')[2..^1], row => Assert.False(row.EndsWith("|  |", StringComparison.Ordinal), row)));
    }
}
