using System.CommandLine;
using MLNetGen.Export;

namespace MLNetGen.Benchmarks;

/// <summary>What <c>./mlnetgen bench</c> runs.</summary>
internal static class Program
{
    /// <summary>The whole command line; nothing runs before it is invoked.</summary>
    public static RootCommand CreateRoot() => new("MLNetGen's benchmarks: ./mlnetgen bench NAME")
    {
        new Command("bench", "Measure against a peer on this machine, in the same run")
        {
            All(),
            Optimizers(),
            Vae(),
            VaeNats(),
            Precision(),
            Export(),
            Gan(),
            AlexNet(),
            Loading(),
            Style(),
            StyleTraining(),
            SuperResolution(),
            Tiles(),
            Painting(),
            Features(),
            Scoring(),
            Int8(),
            FewPictures(),
        },
    };

    public static int Main(string[] args)
    {
        // A plain loop may be the first to touch TorchSharp.
        TorchLibrary.Prepare();
        RootCommand root = CreateRoot();
        try
        {
            return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            Console.Error.WriteLine($"mlnetgen: {Failure.MessageOf(e)}");
            return Failure.ExitCode;
        }
    }

    private static Command All()
    {
        Option<string?> data = new("--data") { Description = "A folder with MNIST's idx files; unset: mnist in MLNETGEN_DATA" };
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 5 };
        Option<bool> json = new("--json") { Description = "One JSON object in place of the table" };
        Option<string?> device = DeviceOption();
        Command command = new("all", "Optimisers, the VAE, the GAN, AlexNet, the style networks and super-resolution, one after the other, as one table: ours, plain TorchSharp, PyTorch, this machine's limit") { data, rounds, json, device };
        command.SetAction(parsed => AllBench.Run(parsed.GetValue(data), parsed.GetValue(rounds), parsed.GetValue(json), parsed.GetValue(device)));
        return command;
    }

    private static Command Optimizers()
    {
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 3 };
        Option<bool> json = new("--json") { Description = "One JSON object a comparison" };
        Option<string?> device = DeviceOption();
        Command command = new("optimizers", "A step of Adam and of SGD over the parameters of three networks, against TorchSharp's own") { rounds, json, device };
        command.SetAction(parsed => { OptimizerBench.Run(parsed.GetValue(rounds), parsed.GetValue(json), DeviceOf(parsed, device)); });
        return command;
    }

    private static Option<string?> DeviceOption() => new("--device") { Description = "cpu, cuda or cuda:N; unset: cpu. On a GPU ours and the plain loop run there, and PyTorch is left out" };

    private static TorchSharp.torch.Device DeviceOf(ParseResult parsed, Option<string?> device) => TrainingSession.DeviceOf(parsed.GetValue(device) ?? "cpu");

    private static Command Vae()
    {
        Option<string?> data = new("--data") { Description = "A folder with MNIST's idx files; unset: mnist in MLNETGEN_DATA" };
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 3 };
        Option<bool> json = new("--json") { Description = "One JSON object a comparison" };
        Option<string?> device = DeviceOption();
        Command command = new("vae", "Training speed of the VAE against a plain TorchSharp loop and PyTorch on the same network, batch and two threads") { data, rounds, json, device };
        command.SetAction(parsed => { VaeBench.Run(parsed.GetValue(data), parsed.GetValue(rounds), parsed.GetValue(json), DeviceOf(parsed, device)); });
        return command;
    }

    private static Command VaeNats()
    {
        Option<string?> data = new("--data") { Description = "A folder with MNIST's idx files; unset: mnist in MLNETGEN_DATA" };
        Option<int> samples = new("--importance-samples") { Description = "Draws of z a digit for the tighter bound", DefaultValueFactory = _ => 500 };
        Option<string[]> parts = new("--only") { Description = "Some of them: nats, classes, moons", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [VaeFigures.Nats, VaeFigures.Classes, VaeFigures.Moons] };
        parts.AcceptOnlyFromAmong(VaeFigures.Nats, VaeFigures.Classes, VaeFigures.Moons);
        Command command = new("vae-figures", "The figures of docs/vae.md that take minutes, of three seeds: nats on MNIST, digits by class, moons half-way") { data, samples, parts };
        command.SetAction(parsed => VaeFigures.Run(parsed.GetValue(data), parsed.GetValue(samples), parsed.GetValue(parts)!));
        return command;
    }

    private static Command Precision()
    {
        Option<string?> data = new("--data") { Description = "A folder with mnist/, cifar10/, avatars/ and style/; unset: MLNETGEN_DATA" };
        Option<string[]> family = new("--family") { Description = $"Those to train, with spaces between them: {string.Join(", ", PrecisionBench.Names)}; unset: all", AllowMultipleArgumentsPerToken = true };
        family.AcceptOnlyFromAmong([.. PrecisionBench.Names]);
        Command command = new("precision", "Whether families come out as well in bfloat16 as in float32: the means of three seeds each; minutes a family where the processor has instructions for it") { data, family };
        command.SetAction(parsed => PrecisionBench.Run(parsed.GetValue(data), parsed.GetValue(family) ?? []));
        return command;
    }

    private static Command Export()
    {
        Option<string[]> network = new("--network")
        {
            Description = $"The networks, with spaces or commas between them, or {ExportNetwork.Every}: {string.Join(", ", ExportNetwork.All.Select(known => known.Name))}",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. ExportNetwork.Default],
        };
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 3 };
        Option<bool> warmUp = new("--warm-up") { Description = "First export a small network, on both sides: unset, what a process's first export costs more counts too" };
        Option<bool> json = new("--json") { Description = "One JSON object a comparison" };
        Option<string?> once = new("--once") { Description = "One export of this network in this process, without the peer", Hidden = true };
        Option<bool> check = new("--check") { Description = "With --once: compare the file with the network", Hidden = true };
        Command command = new(
            "export", "Seconds, memory and file size of exporting networks of torchvision and AlexNet (2012) to ONNX, against PyTorch's torch.onnx.export, and their numbers in ONNX Runtime")
        {
            network, rounds, warmUp, json, once, check,
        };
        command.SetAction(parsed => parsed.GetValue(once) is { } name
            ? ExportBench.Once(ExportNetwork.Of(name), parsed.GetValue(check), parsed.GetValue(warmUp))
            : ExportBench.Run(ExportNetwork.Named(parsed.GetValue(network)!), parsed.GetValue(rounds), parsed.GetValue(warmUp), parsed.GetValue(json)));
        return command;
    }

    private static Command Gan()
    {
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 3 };
        Option<bool> json = new("--json") { Description = "One JSON object a comparison" };
        Option<string?> device = DeviceOption();
        Command command = new("gan", "Training speed of the AnimeFace64 networks against a plain TorchSharp loop and PyTorch on two threads") { rounds, json, device };
        command.SetAction(parsed => { GanBench.Run(parsed.GetValue(rounds), parsed.GetValue(json), DeviceOf(parsed, device)); });
        return command;
    }

    private static Command Loading()
    {
        Option<int> pictures = new("--pictures") { Description = "JPEG files of 500×375 that are made for it, in the temporary folder", DefaultValueFactory = _ => LoadingBench.DefaultPictures };
        Option<int> steps = new("--steps") { Description = "Steps from memory that are compared with an epoch from files", DefaultValueFactory = _ => LoadingBench.DefaultSteps };
        Option<bool> json = new("--json") { Description = "One JSON object" };
        Command command = new("loading", "Whether reading JPEG files starves AlexNet's training at 224 pixels on two threads") { pictures, steps, json };
        command.SetAction(parsed => LoadingBench.Run(parsed.GetValue(pictures), parsed.GetValue(steps), parsed.GetValue(json)));
        return command;
    }

    private static Command AlexNet()
    {
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 3 };
        Option<bool> json = new("--json") { Description = "One JSON object a comparison" };
        Option<string?> device = DeviceOption();
        Command command = new("alexnet", "Training in float32 and bfloat16, and the forward pass, of torchvision's alexnet against plain TorchSharp and PyTorch on two threads") { rounds, json, device };
        command.SetAction(parsed => { AlexNetBench.Run(parsed.GetValue(rounds), parsed.GetValue(json), DeviceOf(parsed, device)); });
        return command;
    }

    private static Command Style() => InTurn("style", "Pictures of 256×256 through the style networks in ONNX Runtime, against plain TorchSharp and, the full one, PyTorch on two threads", (rounds, json) => StyleBench.Run(rounds, json));

    private static Command StyleTraining() => InTurn("style-training", "Training speed of the style networks against a plain TorchSharp loop with the same loss network on two threads", (rounds, json) => StyleBench.RunTraining(rounds, json));

    private static Command SuperResolution() => InTurn("super-resolution", "Training speed of super-resolution against a plain TorchSharp loop on the same network, batch and two threads", (rounds, json) => SuperResolutionBench.Run(rounds, json));

    // Ours and its peers in turn, on the processor.
    private static Command InTurn(string name, string description, Func<int, bool, IReadOnlyList<Comparison>> run)
    {
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 3 };
        Option<bool> json = new("--json") { Description = "One JSON object a comparison" };
        Command command = new(name, description) { rounds, json };
        command.SetAction(parsed => { run(parsed.GetValue(rounds), parsed.GetValue(json)); });
        return command;
    }

    private static Command Tiles()
    {
        Option<bool> json = new("--json") { Description = "One JSON object a comparison" };
        Option<string?> once = new("--once") { Description = "A style.onnx to run in this process", Hidden = true };
        Option<int> width = new("--width") { Hidden = true }, height = new("--height") { Hidden = true };
        Option<int> pictures = new("--pictures") { Hidden = true, DefaultValueFactory = _ => 1 };
        Command command = new("tiles", "Memory of a picture of 12 megapixels on its way through the full style network") { json, once, width, height, pictures };
        command.SetAction(parsed => parsed.GetValue(once) is { } path
            ? TilesBench.Once(path, parsed.GetValue(width), parsed.GetValue(height), parsed.GetValue(pictures)) : TilesBench.Run(parsed.GetValue(json)));
        return command;
    }

    private static Command Painting()
    {
        Option<string?> data = new("--data") { Description = "A folder with style/wave.jpg, style/chicago.jpg and cifar10/train; unset: MLNETGEN_DATA" };
        Option<int> steps = new("--steps") { Description = "Training steps of the network", DefaultValueFactory = _ => 120 };
        Option<bool> json = new("--json") { Description = "One JSON object" };
        Command command = new("painting", "A picture of 256×256 through a trained network, against optimising the picture to the same loss") { data, steps, json };
        command.SetAction(parsed => PaintingBench.Run(parsed.GetValue(data), parsed.GetValue(steps), parsed.GetValue(json)));
        return command;
    }

    private static Command FewPictures()
    {
        Option<string?> data = new("--data") { Description = "A folder with CIFAR-10's train/ and test/; unset: cifar10 in MLNETGEN_DATA" };
        Option<int> perClass = new("--per-class") { Description = "Pictures of a class to learn from", DefaultValueFactory = _ => 20 };
        Option<int?> test = new("--test") { Description = "Test pictures, evenly spread; unset: all" };
        Option<bool> json = new("--json") { Description = "One JSON array" };
        Command command = new("few-pictures", "Accuracy on CIFAR-10 from 20 pictures a class: ResNet-18 frozen and fine-tuned, ML.NET's features and regression, AlexNet from scratch") { data, perClass, test, json };
        command.SetAction(parsed => FewPicturesBench.Run(parsed.GetValue(data), parsed.GetValue(perClass), parsed.GetValue(test), parsed.GetValue(json)));
        return command;
    }

    private static Command Features()
    {
        Option<int> pictures = new("--pictures") { Description = "Pictures of 224×224 in a run", DefaultValueFactory = _ => 1000 };
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 3 };
        Option<bool> json = new("--json") { Description = "One JSON object" };
        Command command = new("features", "ResNet-18's features of pictures in batches, against ML.NET's OnnxTransformer on the package's files, a picture at a time") { pictures, rounds, json };
        command.SetAction(parsed => FeaturesBench.Run(parsed.GetValue(pictures), parsed.GetValue(rounds), parsed.GetValue(json)));
        return command;
    }

    private static Command Scoring()
    {
        Option<string[]> network = new("--network") { Description = "Parts of their names, such as vectors or compact; unset: all", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        Option<int> rows = new("--rows") { Description = "Rows of a run; AlexNet of 224×224 has a fifth", DefaultValueFactory = _ => 2000 };
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 5 };
        Option<int?> batchSize = new("--batch-size") { Description = "Rows that are run at once; unset: as the library has it" };
        Option<bool> json = new("--json") { Description = "One JSON object a network" };
        Option<int> files = new("--files") { Description = "JPEG files of 500×375 that are scored too, by networks for pictures; AlexNet of 224×224 has a fifth; 0: none", DefaultValueFactory = _ => 1000 };
        Command command = new("scoring", "ONNX models on rows of IDataView in batches, against ML.NET's OnnxTransformer, a row at a time, and a bare loop over the same batches; and from JPEG files on")
            { network, rows, rounds, batchSize, json, files };
        command.SetAction(parsed => ScoringBench.Run(parsed.GetValue(network)!, parsed.GetValue(rows), parsed.GetValue(rounds), parsed.GetValue(batchSize), parsed.GetValue(json), parsed.GetValue(files)));
        return command;
    }

    private static Command Int8()
    {
        Option<int> rounds = new("--rounds") { Description = "Runs of each side, in turn; the medians count", DefaultValueFactory = _ => 5 };
        Option<bool> json = new("--json") { Description = "One JSON object a network" };
        Command command = new("int8", "AlexNet in 8 bits, as OnnxQuantizer writes it, against the same files in float32 in ONNX Runtime") { rounds, json };
        command.SetAction(parsed => Int8Bench.Run(parsed.GetValue(rounds), parsed.GetValue(json)));
        return command;
    }
}
