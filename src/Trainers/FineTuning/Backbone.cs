using Google.Protobuf;
using MLNetGen.Evaluation;
using MLNetGen.Export;
using MLNetGen.Export.Import;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.FineTuning;

/// <summary>What is known of a backbone before it is loaded: its file cut off behind the features, and the pixels that it takes.</summary>
internal sealed record BackboneFile
{
    private const int DefaultSize = 224;

    // What may follow a classifier's last matrix.
    private static readonly HashSet<string> Closing = ["Add", "Softmax", "LogSoftmax", "Sigmoid", "Identity", "Cast", "Flatten", "Reshape", "Squeeze"];

    public required string Path { get; init; }

    /// <summary>The value that is the features.</summary>
    public required string FeatureName { get; init; }

    public required int Channels { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    /// <summary>Null for ResNet-18 of ML.NET's package, whose own file prepares pixels.</summary>
    public required BackbonePixels? Pixels { get; init; }

    public required ModelProto Model { get; init; }

    public string Name => System.IO.Path.GetFileName(Path);

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no ONNX file, or a damaged one.</exception>
    /// <exception cref="ArgumentException">It takes no pictures, or has no value of the name; or an option does not fit it.</exception>
    public static BackboneFile Read(FineTuneTrainer.Options options)
    {
        string path = options.BackbonePath ?? ResNet18File.Find() ?? throw new FileNotFoundException(
            $"{nameof(options.BackbonePath)} is unset, and ResNet-18's file is not there: set it, or add the package {ResNet18File.Package} to the program's project, whose build copies the file to '{ResNet18File.Folder}'.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{nameof(options.BackbonePath)} is '{path}', and there is no such file.", path);
        string name = System.IO.Path.GetFileName(path);
        ModelProto model;
        using (FileStream stream = File.OpenRead(path)) model = Protos.Parse(stream, $"'{path}'");
        GraphProto graph = model.Graph;
        if (graph.Output.Count == 0)
            throw new InvalidDataException($"'{path}' is not an ONNX file: its graph has no outputs. Give a file that an ONNX exporter wrote, whole.");
        ValueInfoProto[] inputs = [.. ShapeTable.InputsOf(graph)];
        if (inputs is not [var input])
            throw OptionCheck.Misfit(nameof(options.BackbonePath), $"'{name}' has {inputs.Length} inputs ({string.Join(", ", inputs.Select(one => one.Name))}); a backbone takes pictures alone.");
        long[] shape = [.. input.Type?.TensorType?.Shape?.Dim.Select(length => length.DimValue) ?? []];
        if (shape is not [_, 1 or 3, var height, var width])
        {
            throw OptionCheck.Misfit(nameof(options.BackbonePath), $"input '{input.Name}' of '{name}' is [{string.Join(", ", shape.Select(length => length > 0 ? $"{length}" : "any"))}]; "
                + "a backbone takes pictures as [N, 1 or 3, height, width]: export it so.");
        }

        bool isResNet18 = ResNet18File.Is(graph);
        if (isResNet18 && options.Pixels is null && !File.Exists(ResNet18File.PreparationOf(path)))
        {
            throw new FileNotFoundException($"'{path}' is ResNet-18 of the package {ResNet18File.Package}, and '{ResNet18File.PreparationOf(path)}', which prepares its pictures, is not there: "
                + $"keep both as the package has them, or set {nameof(options.Pixels)}.", ResNet18File.PreparationOf(path));
        }

        BackboneFile file = new()
        {
            Path = path,
            FeatureName = options.FeatureName ?? FeaturesOf(graph),
            Channels = (int)shape[1],
            Height = options.ImageSize > 0 ? options.ImageSize : height > 0 ? (int)height : DefaultSize,
            Width = options.ImageSize > 0 ? options.ImageSize : width > 0 ? (int)width : DefaultSize,
            Pixels = options.Pixels ?? (isResNet18 ? null : shape[1] == 3 ? new() : new() { Mean = [0], Deviation = [1] }),
            Model = model,
        };
        if (file.Pixels is { } pixels && shape[1] == 1 && (pixels.Mean.Count > 1 || pixels.Deviation.Count > 1 || pixels.IsBlueFirst))
            throw OptionCheck.Misfit(nameof(options.Pixels), $"{nameof(options.Pixels)} are of three channels ({pixels}), and '{name}' takes one: give one mean and one deviation.");
        file.Cut();
        return file;
    }

    /// <summary>Makes modules of the file. The first is compared with ONNX Runtime.</summary>
    /// <param name="count">How many.</param>
    /// <param name="temporary">Where temporary files lie.</param>
    /// <exception cref="NotSupportedException">An operation has no form in TorchSharp here.</exception>
    /// <exception cref="InvalidOperationException">The module and ONNX Runtime disagree.</exception>
    /// <exception cref="ArgumentException">The features are no vector and no maps.</exception>
    public IReadOnlyList<Backbone> Load(int count, string? temporary)
    {
        using TemporaryFolder folder = new(temporary);
        // Under its own name, which messages tell.
        string cut = folder.File(Name);
        File.WriteAllBytes(cut, Model.ToByteArray());
        List<Backbone> loaded = [];
        try
        {
            for (int i = 0; i < count; i++) loaded.Add(new Backbone(OnnxModule.Load(cut, new() { Check = i == 0 }), this));
            return loaded;
        }
        catch
        {
            foreach (Backbone backbone in loaded) backbone.Dispose();
            throw;
        }
    }

    // A classifier's features are what its last matrix is multiplied with; a file without a classifier gives them.
    private static string FeaturesOf(GraphProto graph)
    {
        HashSet<string> stored = [.. graph.Initializer.Select(tensor => tensor.Name), .. graph.Node.Where(node => node.OpType == "Constant").SelectMany(node => node.Output)];
        string output = graph.Output[0].Name, value = output;
        while (graph.Node.FirstOrDefault(node => node.Output.Contains(value)) is { } node)
        {
            if (node.OpType is "Gemm" or "MatMul" && node.Input.Count > 1 && stored.Contains(node.Input[1]))
                return node.Input[0];
            if (!Closing.Contains(node.OpType) || node.Input.FirstOrDefault(name => !stored.Contains(name)) is not { } before)
                break;
            value = before;
        }

        return output;
    }

    private void Cut()
    {
        GraphProto graph = Model.Graph;
        if (!graph.Node.Any(node => node.Output.Contains(FeatureName)))
        {
            throw OptionCheck.Misfit(nameof(FineTuneTrainer.Options.FeatureName), $"{nameof(FineTuneTrainer.Options.FeatureName)} is '{FeatureName}', and '{Name}' has no such value; its last are "
                + $"{string.Join(", ", graph.Node.SelectMany(node => node.Output).TakeLast(5).Select(name => $"'{name}'"))}.");
        }

        // ONNX Runtime finds its type and shape itself.
        graph.Output.Become([new ValueInfoProto { Name = FeatureName }]);
        UnusedParts.Remove(graph);
    }
}

/// <summary>A backbone up to its features: pixels as it was trained on, [N, channels, height, width], to [N, features]. Maps are averaged over their places.</summary>
internal sealed class Backbone : Module<Tensor, Tensor>
{
    private readonly OnnxModule network;

    /// <param name="network">Becomes its own.</param>
    /// <param name="file">What it was loaded from.</param>
    /// <exception cref="ArgumentException">The features are no vector and no maps, or the network does not take pictures of the size.</exception>
    public Backbone(OnnxModule network, BackboneFile file)
        : base(nameof(Backbone))
    {
        this.network = network;
        RegisterComponents();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        long[] shape;
        try
        {
            shape = network.call(zeros(2, file.Channels, file.Height, file.Width)).shape;
        }
        catch (InvalidOperationException e)
        {
            Dispose();
            throw OptionCheck.Misfit(nameof(FineTuneTrainer.Options.ImageSize), $"'{file.Name}' does not take two pictures of {file.Width}×{file.Height}: {e.Message}", e);
        }

        if (shape is not ([2, _] or [2, _, _, _]))
        {
            Dispose();
            throw OptionCheck.Misfit(nameof(FineTuneTrainer.Options.FeatureName), $"value '{file.FeatureName}' of '{file.Name}' is [{string.Join(", ", shape)}] for two pictures; features are [N, length] or maps [N, length, height, width]: "
                + $"set {nameof(FineTuneTrainer.Options.FeatureName)} to such a value ('./mlnetgen inspect' lists them).");
        }

        Length = (int)shape[1];
    }

    /// <summary>How many features a picture has.</summary>
    public int Length { get; }

    public override Tensor forward(Tensor pixels)
    {
        Tensor value = network.call(pixels);
        return value.ndim == 4 ? value.mean([2L, 3L]) : value;
    }
}

/// <summary>Pixels in [0, 1], red first, to those that a backbone was trained on; smaller pictures are enlarged, bicubically.</summary>
internal sealed class BackbonePreparation : Module<Tensor, Tensor>
{
    private readonly bool isBlueFirst;
    private readonly long[]? enlarged;

    private BackbonePreparation(long[]? enlarged, bool isBlueFirst, Tensor factor, Tensor offset)
        : base(nameof(BackbonePreparation))
    {
        (this.enlarged, this.isBlueFirst) = (enlarged, isBlueFirst);
        register_buffer(nameof(factor), factor, persistent: false);
        register_buffer(nameof(offset), offset, persistent: false);
    }

    /// <param name="file">The backbone's.</param>
    /// <param name="height">Of the pictures.</param>
    /// <param name="width">Of the pictures.</param>
    /// <exception cref="InvalidDataException">The file that prepares ResNet-18's pictures is damaged.</exception>
    public static BackbonePreparation Of(BackboneFile file, int height, int width)
    {
        long[]? enlarged = (height, width) == (file.Height, file.Width) ? null : [file.Height, file.Width];
        if (file.Pixels is { } pixels)
        {
            float[] deviation = Each(pixels.Deviation);
            return new(enlarged, pixels.IsBlueFirst,
                Channels(Array.ConvertAll(deviation, d => pixels.Scale / d)), Channels([.. Each(pixels.Mean).Zip(deviation, (m, d) => -m / d)]));
        }

        Tensor mean = StoredValues.Read(ResNet18File.MeanPicture(file.Path), ResNet18File.PreparationOf(file.Path));
        if (mean.shape[2] != file.Height || mean.shape[3] != file.Width)
            mean = functional.interpolate(mean, [file.Height, file.Width], mode: InterpolationMode.Bilinear, align_corners: false);
        return new(enlarged, isBlueFirst: true, Channels([255, 255, 255]), -mean);

        float[] Each(IReadOnlyList<float> values) => values.Count == file.Channels ? [.. values] : [.. Enumerable.Repeat(values[0], file.Channels)];
    }

    public override Tensor forward(Tensor pixels)
    {
        // A hard edge overshoots.
        Tensor x = enlarged is null ? pixels : functional.interpolate(pixels, enlarged, mode: InterpolationMode.Bicubic, align_corners: false).clamp(0, 1);
        if (isBlueFirst) x = cat([x.narrow(1, 2, 1), x.narrow(1, 1, 1), x.narrow(1, 0, 1)], 1);
        return x * get_buffer("factor")! + get_buffer("offset")!;
    }

    private static Tensor Channels(float[] values) => tensor(values, [values.Length, 1, 1]);
}
