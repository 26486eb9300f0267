using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MLNetGen.Tests.Docs;

/// <summary>C# blocks of pages as programs.</summary>
internal static partial class BlockCompiler
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

    public static Block[] CSharp(Page page) => [.. page.Blocks.Where(block => block.Language is "csharp" or "cs")];

    // A block that begins with usings is a program of its own; another one may use what the page speaks of, and types that the page's other blocks declare.
    public static IEnumerable<string> Errors(Block block, IReadOnlyList<Block> page) => Compile(block, page, PageNames.Of).GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).Select(Told);

    /// <summary>An error with the page's line.</summary>
    public static string Told(Diagnostic found) => $"{found.Location.GetMappedLineSpan().Path}({found.Location.GetMappedLineSpan().StartLinePosition.Line + 1}): {found.Id} {found.GetMessage()}";

    /// <summary>Whether it has statements, and not types alone.</summary>
    public static bool Runs(Block block) => Parse(block).Members.Any(member => member is GlobalStatementSyntax);

    /// <summary>A block as a program of its own.</summary>
    /// <param name="block">The block.</param>
    /// <param name="page">All of its page's.</param>
    /// <param name="names">What the page's names stand for, but for types that the block declares itself.</param>
    public static CSharpCompilation Compile(Block block, IReadOnlyList<Block> page, Func<string, Func<string, bool>, string> names)
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
            trees.Add(Tree(names(block.Page, type => !declared.Contains(type)), "names"));
            trees.Add(Tree(others, "other blocks"));
        }
        return CSharpCompilation.Create($"Block{block.Line}", trees, References,
            new(Runs(block) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
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
