namespace MLNetGen.Tests.Docs;

/// <summary>Every command in a shell block of README and docs, typed one after the other by a newcomer who has files of the names that stand there.</summary>
public sealed class ShellBlocksTests(ShellBlocksTests.AfterReadme readme) : IClassFixture<ShellBlocksTests.AfterReadme>
{
    // A page's own languages have the same code (ChineseReadmeTests).
    private static readonly Page[] Told = [.. Page.All.Where(page => page.Name != "README.zh-CN.md" && TypedCommand.Of(page).Length > 0)];

    public static TheoryData<string> Pages => [.. Told.Where(page => page.Name != AfterReadme.Name && TypedCommand.Of(page).Any(command => !command.IsLeftOut)).Select(page => page.Name)];

    [Fact]
    public void READMEs_commands_do_what_they_say()
    {
        Assert.True(readme.Failure is null, readme.Failure);
        string[] made =
        [
            "out/digits/report.html", "out/digits/new.png", "out/faces/samples.gif", "out/birds/model.zip", "out/birds/evaluation/report.html", "out/birds/model-int8.zip", "out/alexnet/classifier.onnx", "birds.onnx",
            "out/wave/style.onnx", "photo-stylized.png", "out/painting/painting.png", "out/upscaled/small-x4.png", "out/generated.png", "out/reconstructions.png", "out/shorter/model.zip", "out/similar.png",
        ];
        Assert.All(made, file => Assert.True(File.Exists(Path.Combine(readme.Folder, file)), file));
        Picture small = PictureFile.Read(Path.Combine(readme.Folder, "small.jpg")), large = PictureFile.Read(Path.Combine(readme.Folder, "out", "upscaled", "small-x4.png"));
        Assert.Equal((4 * small.Width, 4 * small.Height), (large.Width, large.Height));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_pages_commands_do_what_they_say(string name)
    {
        TypedCommand[] commands = TypedCommand.Of(Page.Read(name));
        // What trains nothing speaks of the models that README's commands have left.
        using ReadersFolder? own = commands.Any(command => command.Trains) ? new() : null;
        string? failure = FirstFailure(commands, own?.At ?? readme.Folder);
        Assert.True(failure is null, failure);
    }

    // A page that has changed needs no old exception.
    [Fact]
    public void Whatever_is_left_out_or_made_short_is_there()
    {
        TypedCommand[] commands = [.. Told.SelectMany(TypedCommand.Of)];
        Assert.All(TypedCommand.LeftOut, one => Assert.Contains(commands, command => command.Line.StartsWith(one.Begin, StringComparison.Ordinal)));
        Assert.All(TypedCommand.Shorter, one => Assert.Contains(commands, command => !command.IsLeftOut && command.IsShortenedBy(one.Begin)));
    }

    [Fact]
    public void What_is_no_program_of_the_repositorys_is_not_passed_over() =>
        Assert.Throws<InvalidOperationException>(() => new TypedCommand("sbatch score.sh").Run(Path.GetTempPath()));

    private static string? FirstFailure(TypedCommand[] commands, string folder)
    {
        foreach (TypedCommand command in commands.Where(command => !command.IsLeftOut && (ReadersFolder.HasFilms || !command.Line.EndsWith(".mp4", StringComparison.Ordinal))))
        {
            CommandLine.Outcome outcome = command.Run(folder);
            if (outcome.ExitCode != 0)
                return $"{command.Line}\n{outcome.Output}\n{outcome.Errors}";
        }
        return null;
    }

    /// <summary>A reader's folder after README's commands, with the models that other pages begin with; they run when it is first asked for.</summary>
    public sealed class AfterReadme : IDisposable
    {
        public const string Name = "README.md";

        private readonly ReadersFolder folder = new();
        private readonly Lazy<string?> failure;

        public AfterReadme() => failure = new(() => FirstFailure(TypedCommand.Of(Page.Read(Name)), folder.At));

        public string Folder => Failure is null ? folder.At : throw new InvalidOperationException(Failure);

        /// <summary>The first command that failed, with what it said; null: none.</summary>
        public string? Failure => failure.Value;

        public void Dispose() => folder.Dispose();
    }
}
