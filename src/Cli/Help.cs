using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MLNetGen.Cli;

/// <summary>What the program says of itself: a welcome, and help with examples.</summary>
internal static class Help
{
    // The launcher's own commands never come here, but its users ask here for help.
    private const string OfRepository = """


        ./mlnetgen also has, for the repository itself:
          setup [--peers]  Set the machine up and build; --peers adds what tests compare with
          test             Run all tests
          pack             Make the NuGet packages; --out names a folder, --systems what the tool is packed for
          bench NAME       Measure against a peer on this machine, in the same run
          docs             Make the API reference as web pages, in out/docs
          fuzz             Give damaged files to everything that reads a user's files
        """;

    /// <summary>What the user types: the launcher says so where it is that.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("MLNETGEN_LAUNCHER") is { Length: > 0 } launcher ? launcher : "mlnetgen";

    public static string About { get; } = $"""
        MLNetGen: train image models from .NET and ship them as ML.NET pipelines and ONNX files.

        Exit codes: 0, done; {Failure.ExitCode}, what was asked cannot be done, or not all of it; {Failure.Interrupted}, stopped by Ctrl-C, and what was trained until then is written.{(Program == "mlnetgen" ? "" : OfRepository)}
        """;

    /// <summary>What is shown where nothing is asked for.</summary>
    public static string Welcome { get; } = $"""
        MLNetGen trains image models from .NET and ships them as ML.NET pipelines and ONNX files.

          {Program} demo                                     a small network of every family, on pictures that it makes itself
          {Program} train classifier --data PICTURES         from your own pictures, a subfolder a class
          {Program} classify --model out/classifier a.jpg    what is in a picture
          {Program} doctor                                   what this machine has
          {Program} help                                     all commands; help COMMAND has its options and examples
        """;

    /// <summary>Adds examples to the help of every command.</summary>
    public static void AddExamples(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new WithExamples((HelpAction)help.Action!);
    }

    private sealed class WithExamples(HelpAction usual) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            using StringWriter text = new();
            parseResult.InvocationConfiguration.Output = text;
            int code = usual.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output = output;
            Command command = parseResult.CommandResult.Command;
            string told = text.ToString().TrimEnd();
            // Values are written as they are typed.
            foreach (string name in command.Options.SelectMany(option => ValueNames.Of(option.ValueType)))
                told = told.Replace($"[default: {name}]", $"[default: {ValueNames.Typed(name)}]", StringComparison.Ordinal);
            output.WriteLine(told);
            if (Examples.Of(command) is { Count: > 0 } examples)
            {
                output.WriteLine();
                output.WriteLine("Examples:");
                foreach (string example in examples) output.WriteLine($"  {Program} {example}");
            }
            output.WriteLine();
            return code;
        }
    }
}

/// <summary>How values of which there are a few are written on the command line: <c>discretizedLogistic</c>.</summary>
internal static class ValueNames
{
    /// <summary>A type's names in C#; none where it has not a few values.</summary>
    public static string[] Of(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? Of(inner) : type.IsArray ? Of(type.GetElementType()!) : type.IsEnum ? Enum.GetNames(type) : [];

    public static string Typed(string name) => name[..Capitals(name)].ToLowerInvariant() + name[Capitals(name)..];

    // bfloat16, as the field writes it.
    private static int Capitals(string name) => name.TakeWhile(char.IsAsciiLetterUpper).Count();
}
