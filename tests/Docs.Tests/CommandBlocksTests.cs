using System.CommandLine;
using System.Text.RegularExpressions;

namespace MLNetGen.Tests.Docs;

/// <summary>Every command of README and docs is one: the command, its options and their values are what the command line takes.</summary>
public sealed partial class CommandBlocksTests
{
    public static TheoryData<string> Pages => [.. Page.All.Where(page => Commands(page).Length + Mentioned(page).Length > 0).Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_parses(string name)
    {
        Page page = Page.All.Single(page => page.Name == name);
        // Prose speaks of a command by the options that matter there.
        string[] errors =
        [
            .. Commands(page).SelectMany(line => Errors(line).Select(error => $"{name}: {line}: {error}")),
            .. Mentioned(page).SelectMany(line => Errors(line).Where(error => !error.EndsWith("is required.", StringComparison.Ordinal)).Select(error => $"{name}: {line}: {error}")),
        ];
        Assert.True(errors.Length == 0, string.Join('\n', errors));
    }

    // The check itself.
    [Theory]
    [InlineData("train vae --data FOLDER --epochs 20", 0)]
    [InlineData("train vea --data FOLDER", 1)]
    [InlineData("train vae --epoch 20", 1)]
    [InlineData("train vae --epochs many", 1)]
    [InlineData("bench export --network all", 0)]
    [InlineData("bench exports", 1)]
    [InlineData("fuzz --count many", 1)]
    [InlineData("setup --peer", 1)]
    public void A_command_that_does_not_parse_is_found(string line, int errors) => Assert.Equal(errors, Math.Min(1, Errors(line).Length));

    [Fact]
    public void README_names_every_command()
    {
        string[] told = [.. Commands(Page.Read("README.md")).Select(line => line.Split(' ')[0])];
        // What these do is told by docs/latent-space.md, one after the other.
        string[] elsewhere = [.. Commands(Page.Read("docs/latent-space.md")).Select(line => line.Split(' ')[0])];
        Assert.Empty(Cli.Program.CreateRoot().Subcommands.Select(command => command.Name).Except([.. told, .. elsewhere]));
    }

    [Fact]
    public void Every_command_has_two_examples_of_its_own_that_parse()
    {
        Command[] commands = [.. Leaves(Cli.Program.CreateRoot())];
        Assert.All(commands, command =>
        {
            IReadOnlyList<string> examples = Cli.Examples.Of(command);
            Assert.Equal(2, examples.Distinct().Count());
            Assert.All(examples, example => Assert.StartsWith(Cli.Examples.Path(command), example, StringComparison.Ordinal));
            Assert.Empty(examples.SelectMany(Errors));
        });
    }

    [Theory]
    [InlineData("train vae", "./mlnetgen train vae --data pictures")]
    [InlineData("score merge", "./mlnetgen score merge --out scores")]
    public void Help_ends_with_examples_and_writes_values_as_they_are_typed(string command, string example)
    {
        InvocationConfiguration configuration = new() { Output = new StringWriter() };
        Assert.Equal(0, Cli.Program.CreateRoot().Parse(command + " --help").Invoke(configuration));
        string[] lines = configuration.Output.ToString()!.Split('\n', StringSplitOptions.TrimEntries);
        Assert.Contains(example.Replace("./mlnetgen", Cli.Help.Program, StringComparison.Ordinal), lines[Array.IndexOf(lines, "Examples:")..]);
        Assert.DoesNotContain(lines, line => line.Contains("[default: Bernoulli]", StringComparison.Ordinal));
    }

    // It is run by hand: it takes minutes.
    [Fact]
    public void The_newcomers_script_types_commands_that_parse()
    {
        string[] typed = [.. NewcomersLine().Matches(File.ReadAllText(Path.Combine(Repository.Root!, "tests", "newcomer.sh"))).Select(match => match.Groups["line"].Value)];
        Assert.Equal(["demo", "classify", "stylize"], typed.Select(line => line.Split(' ')[0]));
        Assert.Empty(typed.SelectMany(Errors));
    }

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.SelectMany(below => below.Action is null ? Leaves(below) : Leaves(below).Prepend(below));

    private static string[] Commands(Page page) =>
        [.. page.Blocks.Where(block => block.Language is "" or "sh" or "bash").SelectMany(block => BlockLine().Matches(block.Code)).Select(match => match.Groups["line"].Value)];

    // What prose has in backquotes.
    private static string[] Mentioned(Page page) =>
        [.. Inline().Matches(page.Prose).Select(match => match.Groups["line"].Value).Where(line => !line.Contains('…', StringComparison.Ordinal))];

    private static string[] Errors(string line)
    {
        string[] words = Comment().Replace(line, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["help", ..]:
                words = [.. words[1..], "--help"];
                break;
            case ["setup"] or ["setup", "--peers"] or ["test", ..] or ["docs"] or ["pack", ..]:
                return [];
            case ["bench", .. var rest] when rest is not ["NAME"]:
                return [.. Benchmarks.Program.CreateRoot().Parse(words).Errors.Select(error => error.Message)];
            case ["bench", "NAME"]:
                return [];
            case ["fuzz", ..]:
                return [.. Fuzz.Program.CreateRoot().Parse(words[1..]).Errors.Select(error => error.Message)];
        }
        return [.. Cli.StrictParsing.Errors(Cli.Program.CreateRoot().Parse(words)) ?? []];
    }

    [GeneratedRegex(@"^(?:mpirun [-\w ]+ )?(?:\./)?mlnetgen (?<line>.+)$", RegexOptions.Multiline)]
    private static partial Regex BlockLine();

    [GeneratedRegex("^timed \\./mlnetgen (?<line>.+)$", RegexOptions.Multiline)]
    private static partial Regex NewcomersLine();

    [GeneratedRegex(@"`\./mlnetgen (?<line>[^`]+)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"\s#.*$")]
    private static partial Regex Comment();
}
