using System.Reflection;
using Microsoft.CodeAnalysis;

namespace MLNetGen.Tests.Docs;

/// <summary>Every C# block of README and docs that is more than types runs, on small data; what would take hours is made short.</summary>
[Collection(Name)]
public sealed class RunBlocksTests
{
    public const string Name = "blocks";

    // A page's own languages have the same code (ChineseReadmeTests), and docs/new-family.md's is the library's own.
    private static readonly string[] LeftOut = ["README.zh-CN.md", "docs/new-family.md"];

    private static readonly Dictionary<string, string> Values = new()
    {
        ["ml"] = "World.Context",
        ["digits"] = "World.Digits",
        ["birds"] = "World.Photos",
        ["photos"] = "World.Photos",
        ["photographs"] = "World.Photos",
        ["holidays"] = "World.Photos",
        ["small"] = "World.Photos",
        ["train"] = "World.Digits",
        ["test"] = "World.Marked",
        ["training"] = "World.Digits",
        ["heldOut"] = "World.Photos",
        ["drawn"] = "World.Photos",
        ["pictures"] = "World.Sized",
        ["rows"] = "World.Photos",
        ["codes"] = "World.Codes",
        ["threes"] = "World.Codes",
        ["model"] = "World.Model",
        ["split"] = "World.Context.Data.TrainTestSplit(World.Photos, 0.2)",
        ["vae"] = "World.Vae",
        ["gan"] = "World.Gan",
        ["picture"] = "World.Picture",
        ["photograph"] = "World.Image",
        ["painting"] = "World.Image",
        ["other"] = "World.Image",
        ["mixture"] = "World.Mixture",
        ["path"] = "\"network.onnx\"",
        ["folder"] = "\"photos\"",
    };

    private static readonly Dictionary<string, Dictionary<string, string>> ByPage = new()
    {
        ["README.md"] = new() { ["picture"] = "World.Image" },
        ["docs/alexnet.md"] = new() { ["train"] = "World.Photos" },
        ["docs/exporter.md"] = new()
        {
            ["network"] = "new Residual()",
            ["example"] = "rand(1, 16, 8, 8)",
            ["image"] = "rand(1, 3, 8, 8)",
            ["path"] = "\"written.onnx\"",
            ["mask"] = "rand(1, 3, 8, 8)",
            ["pictures"] = "rand(8, 3, 28, 28)",
            ["labels"] = "randint(0, 10, 8)",
        },
        ["docs/gpu.md"] = new() { ["ml"] = "World.Another" },
        ["docs/gan.md"] = new() { ["photos"] = "World.Digits" },
        ["docs/int8.md"] = new() { ["rows"] = "World.Rows", ["heldOut"] = "World.Keyed" },
    };

    // What is replaced in a page's blocks: the long by the short, and a general word by the network that it stands for.
    private static readonly (string Page, string Long, string Short)[] Shorter =
    [
        ("README.md", "Steps = 20_000", "Steps = 2, Network = DcganNetwork.Mlp, ImageSize = 28, Width = 16"),
        ("README.md", "SampleLatent(500,", "SampleLatent(12,"),
        ("README.md", ".AlexNet(ml, \"Label\", \"Image\")", ".AlexNet(ml, new AlexNetTrainer.Options { Epochs = 1 })"),
        ("README.md", "topKPredictionCount: 5", "topKPredictionCount: 2"),
        ("README.md", StyleTransfer, ShortStyleTransfer),
        ("README.md", "Paint(photograph, painting)", "Paint(photograph, painting, new PaintingOptions { Size = 64, Iterations = 1 })"),
        ("docs/alexnet.md", ".AlexNet(ml)", ".AlexNet(ml, new AlexNetTrainer.Options { Epochs = 1 })"),
        ("docs/exporter.md", "rand(1, 3, 224, 224)", "rand(1, 3, 64, 64)"),
        ("docs/exporter.md", "ByName(network,", "ByName(new World.Masked(),"),
        ("docs/exporter.md", "Export(network, example, path, new", "Export(Sequential(Conv2d(3, 3, 3, padding: 1), Sigmoid()), rand(1, 3, 8, 8), path, new"),
        ("docs/exporter.md", "OnnxModule.Load(path)", "OnnxModule.Load(\"network.onnx\")"),
        ("docs/exporter.md", "step < 50", "step < 2"),
        ("docs/fine-tuning.md", "FineTune(ml)", "FineTune(ml, new FineTuneTrainer.Options { Frozen = true, Epochs = 1 })"),
        ("docs/gan.md", "Steps = 2000", "Steps = 2, Network = DcganNetwork.Mlp, ImageSize = 28, Width = 16"),
        ("docs/gan.md", "Steps = 5000", "Steps = 2, Network = DcganNetwork.Mlp, ImageSize = 28, Width = 16"),
        ("docs/style.md", StyleTransfer, ShortStyleTransfer),
        ("docs/style.md", "new PaintingOptions { Size = 256 }", "new PaintingOptions { Size = 64, Iterations = 1 }"),
        ("docs/super-resolution.md", "SuperResolution(\"Upscaled\", \"Image\", factor: 4)", "SuperResolution(new SuperResolutionTrainer.Options { Factor = 4, PatchSize = 16, Epochs = 1 })"),
    ];

    private const string StyleTransfer = "StyleTransfer(\"Stylized\", \"Image\", stylePicture: \"wave.jpg\")";

    private const string ShortStyleTransfer = "StyleTransfer(new StyleTransferTrainer.Options { StylePictures = [\"wave.jpg\"], OutputColumnName = \"Stylized\", InputColumnName = \"Image\", Network = StyleNetwork.Small, "
        + "LossNetwork = LossNetworkNames.Random, ImageSize = 64, BatchSize = 1, Steps = 1 })";

    public static TheoryData<string, int> Blocks
    {
        get
        {
            TheoryData<string, int> blocks = [];
            foreach (Page page in Page.All.Where(page => !LeftOut.Contains(page.Name)))
                foreach (Block block in BlockCompiler.CSharp(page).Where(BlockCompiler.Runs))
                    blocks.Add(page.Name, block.Line);
            return blocks;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_runs(string name, int line)
    {
        Block[] blocks = [.. BlockCompiler.CSharp(Page.All.Single(page => page.Name == name)).Select(block => block with { Code = Shortened(block) })];
        using MemoryStream image = new();
        Microsoft.CodeAnalysis.Emit.EmitResult made = BlockCompiler.Compile(blocks.Single(block => block.Line == line), blocks, (page, isWanted) =>
            "global using MLNetGen.Tests.Docs;\n" + PageNames.Of(page, isWanted, one => ByPage.GetValueOrDefault(page)?.GetValueOrDefault(one) ?? Values.GetValueOrDefault(one, "default!"))).Emit(image);
        Assert.True(made.Success, string.Join('\n', made.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Select(BlockCompiler.Told)));
        Action run = () => Assembly.Load(image.ToArray()).EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [Array.Empty<string>()], culture: null);
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = World.Folder;
        try
        {
            // As the page says of ONNX Runtime's package for processors, which is here.
            if (name == "docs/gpu.md")
                Assert.IsType<EntryPointNotFoundException>(Assert.ThrowsAny<Exception>(run).GetBaseException());
            else
                run();
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    // A page that has changed needs no old shortening.
    [Fact]
    public void Everything_that_is_made_short_is_there() =>
        Assert.All(Shorter, one => Assert.Contains(BlockCompiler.CSharp(Page.Read(one.Page)), block => block.Code.Contains(one.Long, StringComparison.Ordinal)));

    private static string Shortened(Block block) =>
        Shorter.Where(one => one.Page == block.Page).Aggregate(block.Code, (code, one) => code.Replace(one.Long, one.Short, StringComparison.Ordinal));
}

/// <summary>They run in a folder of their own, which a process has one of.</summary>
[CollectionDefinition(RunBlocksTests.Name, DisableParallelization = true)]
public sealed class OneFolder;
