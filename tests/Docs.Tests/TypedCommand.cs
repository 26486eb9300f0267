using System.Text.RegularExpressions;

namespace MLNetGen.Tests.Docs;

/// <summary>A line of a shell block, and what is typed for it: as it stands there, but what would take hours is made short.</summary>
/// <param name="Line">The line without its comment, a space between words.</param>
internal sealed partial record TypedCommand(string Line)
{
    /// <summary>How a command begins that is not run, and why.</summary>
    public static readonly (string Begin, string Why)[] LeftOut =
    [
        ("./mlnetgen studio", "goes on until it is stopped: Studio.Tests"),
        ("./mlnetgen demo", "minutes: DemoCommandTests has its quickest family"),
        ("./mlnetgen test", "is what runs this"),
        ("./mlnetgen bench", "measures, on a machine that does nothing else"),
        ("./mlnetgen fuzz", "goes on for long: Trainers.Tests/Fuzz has 20,000 files"),
        ("./mlnetgen docs", "docfx is fetched from NuGet"),
        ("./mlnetgen study", "many trainings each: StudyCommandTests"),
        ("./mlnetgen train alexnet --weights", "torchvision's file of 244 MB: PretrainedWeightsTests reads one of its kind"),
        ("mpirun", "Open MPI, which not every machine has: MpiTrainingTests"),
        ("dotnet run -c Release --project examples/WebService", "goes on until it is stopped: WebServiceTests"),
        ("dotnet build src/Cli -c Release -p:Accelerator=cuda", "fetches gigabytes for a GPU"),
        ("dotnet add package", "changes a project of the reader's: PackageTests adds them to one"),
        ("dotnet tool install", "from nuget.org: PackageTests installs the packed tool"),
        ("dotnet new install", "from nuget.org: PackageTests builds the packed templates"),
        ("docker", "another program, which fetches systems"),
        ("npm", "another program, which fetches a package"),
        ("curl", "another program, and a service that runs: CallsTests and WebServiceTests ask the same"),
    ];

    /// <summary>By how a command of the program begins, what is typed behind it. What is there already is replaced.</summary>
    public static readonly (string Begin, string Short)[] Shorter =
    [
        ("train vae --data", "--split 12 --epochs 1 --network mlp"),
        ("train vae --config", "--epochs 1"),
        ("train gan", "--steps 2 --batch-size 8 --network mlp --width 16 --sample-interval 1 --checkpoint-interval 1"),
        // README's trains the head alone, the page of fine-tuning both.
        ("train classifier --data birds/train --test birds/test --out", "--frozen"),
        ("train classifier", "--epochs 1"),
        ("train alexnet", "--epochs 1 --batch-size 8"),
        ("train style", "--steps 1 --network small --image-size 64 --loss-network random --batch-size 1"),
        ("train super-resolution", "--epochs 1 --patch-size 32"),
        ("train super-resolution --data avatars/ --split", "--split 6"),
        ("paint", "--size 64 --iterations 1 --loss-network random"),
        // VGG's layers by other names.
        ("paint --content photo.jpg --content-layer", "--content-layer outlines"),
        ("paint --style wave.jpg --style-layers", "--style-layers scale3"),
        ("evaluate --model out/digits", "--split 12"),
        ("evaluate --model out/faces", "--count 8"),
        ("reconstruct --model out/digits/model.zip --data FOLDER --split", "--split 12"),
        ("map --model out/digits/model.zip --data FOLDER --split", "--split 12"),
        ("generate --model out/digits/model.zip --mixture", "--mixture 2"),
        ("quantize", "--calibration 4 --max-loss 100"),
    ];

    private const string Program = "./mlnetgen ", Example = "dotnet run -c Release --project examples/";

    /// <summary>The commands of a page's shell blocks, in order.</summary>
    public static TypedCommand[] Of(Page page) =>
    [
        .. page.Blocks.Where(block => block.Language is "" or "sh" or "bash").SelectMany(block => block.Code.Split('\n')).Select(line => Spaces().Replace(Comment().Replace(line, ""), " ").Trim())
            .Where(line => line.Length > 0).Select(line => new TypedCommand(line)),
    ];

    public bool IsLeftOut => LeftOut.Any(one => Line.StartsWith(one.Begin, StringComparison.Ordinal));

    public bool IsShortenedBy(string begin) => Line.StartsWith(Program + begin, StringComparison.Ordinal);

    /// <summary>Whether it trains a model that the commands after it may use.</summary>
    public bool Trains => !IsLeftOut && IsShortenedBy("train");

    /// <summary>Runs it in a folder; what is neither the program nor an example of the repository's throws.</summary>
    public CommandLine.Outcome Run(string folder)
    {
        using System.Diagnostics.Process process = CommandLine.StartProgram("dotnet", Typed(), folder);
        return CommandLine.Outcome.Of(process);
    }

    private string[] Typed()
    {
        if (Line.StartsWith(Example, StringComparison.Ordinal) && Line[Example.Length..].Split(' ') is [var name, .. var arguments])
            return [CommandLine.PathOf("examples/" + name, "MLNetGen.Examples." + name), .. arguments];
        if (!Line.StartsWith(Program, StringComparison.Ordinal))
            throw new InvalidOperationException($"'{Line}' is neither the program nor an example: name it in {nameof(LeftOut)}, with the reason, or mark its block as text.");
        List<string> words = [.. Line[Program.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        string[] more = [.. Shorter.Where(one => IsShortenedBy(one.Begin)).SelectMany(one => one.Short.Split(' '))];
        foreach (string option in more.Where(word => word.StartsWith("--", StringComparison.Ordinal)))
        {
            if (words.IndexOf(option) is >= 0 and var at)
                words.RemoveRange(at, at + 1 < words.Count && !words[at + 1].StartsWith('-') ? 2 : 1);
        }
        return [CommandLine.PathOf("src/Cli", "mlnetgen"), .. words, .. more];
    }

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
