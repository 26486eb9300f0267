namespace MLNetGen.Tests.Docs;

/// <summary>Every C# block of README and docs compiles against the libraries of this checkout.</summary>
public sealed class CSharpBlocksTests
{
    // Its code is the library's own, internal, and held against compiled files by NewFamilyTests.
    private const string Internal = "docs/new-family.md";

    public static TheoryData<string> Pages => [.. Page.All.Where(page => page.Name != Internal && BlockCompiler.CSharp(page).Length > 0).Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_compiles(string name)
    {
        Page page = Page.All.Single(page => page.Name == name);
        Block[] blocks = BlockCompiler.CSharp(page);
        string[] errors = [.. blocks.SelectMany(block => BlockCompiler.Errors(block, blocks))];
        Assert.True(errors.Length == 0, string.Join('\n', errors));
    }

    // The check itself: a name that is not there, and a type that does not fit, are found.
    [Theory]
    [InlineData("var vae = ml.Generative.Trainers.Vea(\"Image\").Fit(digits);", "CS1061")]
    [InlineData("IDataView coded = 3;", "CS0029")]
    [InlineData("using Microsoft.ML;\n\nIDataView rows = digits;", "CS0103")]
    public void A_block_that_does_not_compile_is_found(string code, string error)
    {
        Block block = new("docs/none.md", 1, "csharp", code);
        Assert.Contains(BlockCompiler.Errors(block, [block]), told => told.Contains(error, StringComparison.Ordinal));
    }
}
