namespace MLNetGen.Tests.Cli;

/// <summary>A command line that is wrong ends with one line an error, before any work, and is never taken for another one.</summary>
public sealed class StrictParsingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("train vae --lr 0,001", "--learning-rate is '0,001'")]
    [InlineData("train vae --lr 1,000.5", "--learning-rate is '1,000.5'")]
    [InlineData("train vae --beta NaN", "--beta is 'NaN'")]
    [InlineData("train vae --epochs 1.5", "--epochs is '1.5'")]
    [InlineData("train vae --epochs 1_000", "--epochs is '1_000'")]
    [InlineData("train vae --epochs 9999999999", "--epochs is '9999999999'")]
    [InlineData("train gan --data x --loss hing", "--loss is 'hing'; it must be one of nonSaturating, hinge, wassersteinGradientPenalty")]
    [InlineData("train vae --epoch 3", "there is no option '--epoch' (did you mean '--epochs'?)")]
    [InlineData("classify --model m.zip --colums 3 a.jpg", "there is no option '--colums' (did you mean '--columns'?)")]
    [InlineData("stylize --model m.zip --strenght 0.5 a.jpg", "there is no option '--strenght' (did you mean '--strength'?)")]
    [InlineData("upscale --model m.zip --verbose a.jpg", "there is no option '--verbose'; 'upscale --help' has all")]
    [InlineData("train vea", "there is no command 'vea' (did you mean 'vae'?)")]
    [InlineData("trian vae", "there is no command 'trian' (did you mean 'train'?)")]
    [InlineData("train vae pictures", "'pictures' belongs to no option")]
    [InlineData("train vae --epochs 1e3", "--epochs is '1e3'; it must be a whole number")]
    [InlineData("train vae --lr 0x10", "--learning-rate is '0x10'")]
    [InlineData("train vae --lr 1e400", "--learning-rate is '1e400'")]
    [InlineData("train vae --precision fp16", "--precision is 'fp16'; it must be one of auto, float32, bfloat16")]
    [InlineData("completion fish", "shell is 'fish'; it must be one of bash, zsh, powerShell")]
    [InlineData("help trian", "there is no command 'trian' (did you mean 'train'?)")]
    [InlineData("train vea --help", "there is no command 'vea' (did you mean 'vae'?)")]
    [InlineData("inspect a.onnx --size 0", "--size is 0; it must be at least 1")]
    [InlineData("stylize --model wave --size -5 a.jpg", "--size is -5; it must be at least 0")]
    [InlineData("fuse --model m.zip --max-difference -0.5", "--max-difference is -0.5; it must be at least 0")]
    [InlineData("train vae --out ", "--out is empty")]
    [InlineData("generate --model ", "--model is empty")]
    [InlineData("studio --port 99999", "--port is 99999; it must be 0 to 65535")]
    [InlineData("train vae --config nowhere", "--config is 'nowhere', and there is no 'nowhere': name a run's folder")]
    public void It_is_told_in_one_line(string line, string said)
    {
        CommandLine.Outcome outcome = CommandLine.Run([.. line.Split(' ')]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith($"mlnetgen: {said}", outcome.Errors);
        Assert.Single(outcome.Errors.Trim().Split('\n'));
        Assert.Empty(outcome.Output);
        // .NET's types are no user's words.
        Assert.DoesNotContain("System.", outcome.Errors);
    }

    [Fact]
    public void A_picture_whose_name_begins_with_a_dash_is_a_picture()
    {
        string picture = Path.Combine(folder, "-x.png");
        new Picture(8, 8, 1, new byte[64]).Save(picture);
        using System.Diagnostics.Process process = CommandLine.StartProgram("dotnet", [CommandLine.PathOf("src/Cli", "mlnetgen"), "classify", "--model", "none.zip", "-x.png"], folder);
        Assert.StartsWith("mlnetgen: there is no model 'none.zip'", CommandLine.Outcome.Of(process).Errors);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("train gan --help")]
    public void Help_is_no_error(string line)
    {
        CommandLine.Outcome outcome = CommandLine.Run([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Contains("Usage:", outcome.Output);
    }

    [Fact]
    public void Nothing_at_all_is_welcomed_with_commands_that_parse()
    {
        CommandLine.Outcome outcome = CommandLine.Run();
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        // Two spaces, the program's name, and two or more before what the command does.
        string[] commands = [.. outcome.Output.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim().Split("   ")[0].Split(' ', 2)[1])];
        Assert.Contains("demo", commands);
        Assert.All(commands, command => Assert.DoesNotContain("there is no command", CommandLine.Run([.. command.Split(' '), "--help"]).Errors, StringComparison.Ordinal));
    }
}
