namespace MLNetGen.Tests.Cli;

/// <summary>A value that the library's options do not take is told of by the option of the command line that it was given with, before any work.</summary>
public sealed class OptionErrorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    // What is added to a command that is otherwise whole, and what the error says.
    private static readonly Dictionary<string, (string Given, string Said)[]> Cases = new()
    {
        ["train vae"] =
        [
            ("--latent-dim 0", "--latent-dim is 0"), ("--image-size -1", "--image-size is -1"), ("--channels 2", "--channels is 2"), ("--deviation 0", "--deviation is 0"),
            ("--likelihood gaussian --learn-deviation --deviation 1e-9", "--deviation is 1E-09"), ("--beta -1", "--beta is -1"), ("--kl-warm-up -1", "--kl-warm-up is -1"),
            ("--free-bits -1", "--free-bits is -1"), ("--capacity -1", "--capacity is -1"), ("--epochs 0", "--epochs is 0"), ("--lr 0", "--learning-rate is 0"),
            ("--batch-size 0", "--batch-size is 0"), ("--threads -1", "--threads is -1"), ("--device tpu", "--device is 'tpu'"),
        ],
        ["train gan"] =
        [
            ("--batch-size 1", "--batch-size is 1"), ("--steps 0", "--steps is 0"), ("--latent-dim 0", "--latent-dim is 0"), ("--image-size 33", "--image-size is 33"), ("--channels 2", "--channels is 2"),
            ("--width 5", "--width is 5"), ("--lr 0", "--learning-rate is 0"), ("--lr-generator 0", "--lr-generator is 0"), ("--lr-discriminator 0", "--lr-discriminator is 0"), ("--b1 1", "--b1 is 1"),
            ("--b2 1", "--b2 is 1"), ("--sample-interval 0", "--sample-interval is 0"), ("--checkpoint-interval 0", "--checkpoint-interval is 0"), ("--keep-checkpoints 0", "--keep-checkpoints is 0"),
            ("--discriminator-steps 0", "--discriminator-steps is 0"), ("--gradient-penalty 0", "--gradient-penalty is 0"), ("--r1 -1", "--r1 is -1"),
            ("--pytorch-example", "--pytorch-example is an option of the Paper network, and --network is unset"), ("--source-procedure --spectral-norm", "--spectral-norm: unset one"),
        ],
        ["train alexnet"] =
        [
            ("--epochs -1", "--epochs is -1"), ("--image-size -1", "--image-size is -1"), ("--resize-size -1", "--resize-size is -1"), ("--channels 2", "--channels is 2"), ("--dropout 1", "--dropout is 1"),
            ("--lr 0", "--learning-rate is 0"), ("--weight-decay -1", "--weight-decay is -1"), ("--label-smoothing 1", "--label-smoothing is 1"), ("--early-stopping -1", "--early-stopping is -1"),
            ("--ensemble 0", "--ensemble is 0"), ("--top-k -1", "--top-k is -1"), ("--train-layers 1", "--train-layers is 1 without --weights"), ("--memory 0", "--memory is 0"),
            ("--color-noise -1", "--color-noise is -1"), ("--validation-fraction 1", "--validation-fraction is 1"),
        ],
        ["train classifier"] =
        [
            ("--epochs 0", "--epochs is 0"), ("--lr 0", "--learning-rate is 0"), ("--weight-decay -1", "--weight-decay is -1"), ("--l2 0", "--l2 is 0"), ("--top-k -1", "--top-k is -1"),
            ("--image-size -1", "--image-size is -1"), ("--resize-size -1", "--resize-size is -1"), ("--validation-fraction 1", "--validation-fraction is 1"),
            ("--backbone none.onnx", "--backbone is 'none.onnx'"),
        ],
        ["train style"] =
        [
            ("--image-size 32", "--image-size is 32"), ("--image-size 66", "--image-size is 66"), ("--style-scale 0", "--style-scale is 0"), ("--steps 0", "--steps is 0"), ("--epochs 0", "--epochs is 0"), ("--lr 0", "--learning-rate is 0"),
            ("--gradient-norm 0", "--gradient-norm is 0"), ("--content-weight -1", "--content-weight is -1"), ("--style-weight -1", "--style-weight is -1"), ("--tv-weight -1", "--tv-weight is -1"),
            ("--temporal-weight -1", "--temporal-weight is -1"), ("--snapshot-interval 0", "--snapshot-interval is 0"), ("--style-layers scale1=0", "--style-layers['scale1'] is 0"),
        ],
        ["train super-resolution"] =
        [
            ("--factor 3", "--factor is 3"), ("--patch-size 7", "--patch-size is 7"), ("--patches 0", "--patches is 0"), ("--lr 0", "--learning-rate is 0"),
            ("--layer scale1", "--loss-network and --layer belong to the perceptual loss: set --loss to Perceptual"),
        ],
        ["train toy-gan"] = [("--steps 0", "--steps is 0")],
        ["paint"] =
        [
            ("--iterations 0", "--iterations is 0"), ("--snapshot-interval -1", "--snapshot-interval is -1"), ("--size 0", "--size is 0"), ("--style-scale 0", "--style-scale is 0"), ("--lr 0", "--learning-rate is 0"),
            ("--content-weight -1", "--content-weight is -1"), ("--threads -1", "--threads is -1"), ("--keep-colors histogram --style-weight -1", "--style-weight is -1"),
        ],
        ["generate"] = [("--out new.jpg", "--out is 'new.jpg'; it must end in .png"), ("--columns 0", "--columns is 0")],
        ["reconstruct"] = [("--out new.jpg", "--out is 'new.jpg'; it must end in .png"), ("--columns 0", "--columns is 0")],
        ["traverse"] = [("--out new.jpg", "--out is 'new.jpg'; it must end in .png")],
        ["attribute"] = [("--out new.jpg", "--out is 'new.jpg'; it must end in .png")],
        ["outliers"] = [("--out new.jpg", "--out is 'new.jpg'; it must end in .png")],
        ["similar"] = [("--out new.jpg photo.png", "--out is 'new.jpg'; it must end in .png")],
        ["classify"] = [("--out new.jpg photo.png", "--out is 'new.jpg'; it must end in .png"), ("--columns 0 photo.png", "--columns is 0")],
    };

    public static TheoryData<string> Commands { get; } = [.. Cases.Keys];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, MemberData(nameof(Commands))]
    public void A_value_that_cannot_be_is_named_by_its_option(string command)
    {
        string moons = TrainVaeCommandTests.Run.MoonFolder(folder, 12), painting = Directory.GetFiles(moons, "*.png", SearchOption.AllDirectories)[0], output = Path.Combine(folder, "out");
        string[] whole = command switch
        {
            "train style" => ["--style", painting, "--content", moons],
            "train toy-gan" => [],
            "paint" => ["--style", painting, "--content", painting],
            "traverse" or "classify" or "generate" => ["--model", "none.zip"],
            "similar" => ["--data", moons],
            "reconstruct" or "attribute" or "outliers" => ["--model", "none.zip", "--data", moons],
            _ => ["--data", moons],
        };
        // Programs of one core.
        Parallel.ForEach(Cases[command], new ParallelOptions { MaxDegreeOfParallelism = 2 }, one =>
        {
            string[] given = one.Given.Split(' ');
            CommandLine.Outcome outcome = CommandLine.Run([.. command.Split(' '), .. whole, .. given.Contains("--out") ? (string[])[] : ["--out", command is "generate" or "reconstruct" or "classify" ? output + ".png" : output], .. given]);
            Assert.True(outcome.ExitCode == 1 && outcome.Errors.Contains(one.Said, StringComparison.Ordinal), $"{command} {one.Given}: {outcome.ExitCode}, {outcome.Errors}");
        });
        Assert.False(Directory.Exists(Path.Combine(output, "checkpoints")));
    }
}
