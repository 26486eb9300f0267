using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MLNetGen.Tests.Docs;

/// <summary>Every C# block of README and docs compiles against the libraries of this checkout.</summary>
public sealed partial class CSharpBlocksTests
{
    // What `dotnet new console` has.
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);

    // The runtime's assemblies and those of every package and project that the tests have.
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => !Path.GetFileName(path).StartsWith("mlnetgen", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    // Its code is the library's own, internal, and held against compiled files by NewFamilyTests.
    private const string Internal = "docs/new-family.md";

    public static TheoryData<string> Pages => [.. Page.All.Where(page => page.Name != Internal && CSharp(page).Length > 0).Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_compiles(string name)
    {
        Page page = Page.All.Single(page => page.Name == name);
        Block[] blocks = CSharp(page);
        string[] errors = [.. blocks.SelectMany(block => Errors(block, blocks))];
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
        Assert.Contains(Errors(block, [block]), told => told.Contains(error, StringComparison.Ordinal));
    }

    private static Block[] CSharp(Page page) => [.. page.Blocks.Where(block => block.Language is "csharp" or "cs")];

    // A block that begins with usings is a program of its own; another one may use what the page speaks of, and types that the page's other blocks declare.
    private static IEnumerable<string> Errors(Block block, IReadOnlyList<Block> page)
    {
        CompilationUnitSyntax parsed = Parse(block);
        bool isWhole = parsed.Usings.Count > 0;
        // A page shows a type before it is used; in a program types come last.
        IEnumerable<MemberDeclarationSyntax> ordered = parsed.Members.OrderBy(member => member is GlobalStatementSyntax ? 0 : 1);
        string code = Directives().Replace(parsed.Usings.ToFullString(), "") + string.Concat(ordered.Select(member => Located(member, block)));
        List<SyntaxTree> trees = [Tree(code, $"{block.Page}:{block.Line}"), Tree(ImplicitUsings, "usings")];
        if (!isWhole)
        {
            HashSet<string> declared = [.. Types(parsed).Select(Name)];
            string others = string.Concat(page.Where(other => other != block).SelectMany(other => Types(Parse(other))).DistinctBy(Name).Where(type => !declared.Contains(Name(type))).Select(type => type.ToFullString()));
            trees.Add(Tree(PageNames.Usings, "usings"));
            trees.Add(Tree(PageNames.Of(block.Page, type => !declared.Contains(type)), "names"));
            trees.Add(Tree(others, "other blocks"));
        }
        bool runs = parsed.Members.Any(member => member is GlobalStatementSyntax);
        CSharpCompilation compilation = CSharpCompilation.Create("Block", trees, References,
            new(runs ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return compilation.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => $"{found.Location.GetMappedLineSpan().Path}({found.Location.GetMappedLineSpan().StartLinePosition.Line + 1}): {found.Id} {found.GetMessage()}");
    }

    private static CompilationUnitSyntax Parse(Block block) => (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(block.Code, Language).GetRoot();

    // Errors name the page's line.
    private static string Located(MemberDeclarationSyntax member, Block block) =>
        $"\n#line {block.Line + member.SyntaxTree.GetLineSpan(member.FullSpan).StartLinePosition.Line} \"{block.Page}\"\n{member.ToFullString()}\n";

    private static IEnumerable<BaseTypeDeclarationSyntax> Types(CompilationUnitSyntax parsed) => parsed.Members.OfType<BaseTypeDeclarationSyntax>();

    private static string Name(BaseTypeDeclarationSyntax type) => type.Identifier.Text;

    private static SyntaxTree Tree(string code, string path) => CSharpSyntaxTree.ParseText(code, Language, path);

    [GeneratedRegex(@"^\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex Directives();
}
