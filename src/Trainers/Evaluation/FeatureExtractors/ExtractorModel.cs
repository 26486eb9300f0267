using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Export;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>The ONNX file of a <see cref="FeatureExtractor"/>: what it takes and gives, and what its metadata says of it.</summary>
internal sealed record ExtractorModel
{
    public const string Pixels = "pixels", Features = FeatureExtractor.FeaturesColumnName, Probabilities = "Probabilities";

    private const string Family = "features";
    private const char ClassSeparator = '\n';

    // As Git shows a hash.
    private const int HashLength = 12;

    public required string Path { get; init; }

    public required string Input { get; init; }

    public required string Output { get; init; }

    public required int Channels { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    public required float PixelScale { get; init; }

    public required float PixelOffset { get; init; }

    public required int FeatureCount { get; init; }

    public required string Description { get; init; }

    /// <summary>The beginning of the file's SHA-256, in hexadecimal digits; of ResNet-18, of the file that it was made of.</summary>
    public required string Hash { get; init; }

    /// <summary>Why its figures say less than one may think; null where nothing is known.</summary>
    public required string? Caveat { get; init; }

    /// <summary>Whether larger pictures are made smaller smoothly, and not as ML.NET does it and a generator's training pictures were.</summary>
    public required bool IsSmooth { get; init; }

    /// <summary>Pictures at a time, where the file leaves no other number; null where it leaves any.</summary>
    public required int? FixedBatch { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    public required double? Accuracy { get; init; }

    /// <summary>Writes a file of this library's own, pixels [N, channels, height, width] in [0, 1] to features, held against the module.</summary>
    public static void Write(
        ExportableModule module, long[] shape, string path, string description, IReadOnlyList<string>? classes = null, double? accuracy = null, string? caveat = null)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, string> metadata = Own(new() { ["description"] = description });
        if (caveat is not null)
            metadata["caveat"] = caveat;
        if (classes is not null)
            metadata["classes"] = string.Join(ClassSeparator, classes);
        if (accuracy is { } known)
            metadata["accuracy"] = known.ToString("R", CultureInfo.InvariantCulture);
        OnnxFile.Write(module, [zeros([1, .. shape])], path, new OnnxExportOptions
        {
            ModelName = "extractor",
            InputNames = [Pixels],
            OutputNames = classes is null ? [Features] : [Features, Probabilities],
            Metadata = metadata,
        }, OnnxFile.Tolerance, "This is a fault of the library: please report it.");
    }

    /// <summary>Says in a file that it is one of this library's own.</summary>
    public static void AddMetadata(ModelProto model, Dictionary<string, string> metadata) =>
        model.MetadataProps.AddRange(Own(metadata).Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));

    public static string HashOf(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file))[..HashLength];

    public static ExtractorModel Read(
        string path, string? inputName = null, string? outputName = null, float pixelScale = 1 / 255f, float pixelOffset = 0, int imageSize = 0)
    {
        OnnxSummary summary = OnnxSummary.Read(path);
        bool own = summary.Metadata.GetValueOrDefault("family") == Family;
        OnnxTensorInfo input = Pick(summary.Inputs, inputName, null, "input", path);
        OnnxTensorInfo output = Pick(summary.Outputs, outputName, Features, "output", path);
        if (input.Shape is not [string batch, string channels, string height, string width] || input.ElementType != "float32")
        {
            throw new ArgumentException($"input '{input.Name}' of '{path}' is {input.ElementType} {input.ShapeText}; a feature extractor takes float32 "
                + "[N, channels, height, width]: add a transposition or a conversion to the model.");
        }
        return new ExtractorModel
        {
            Path = path,
            Input = input.Name,
            Output = output.Name,
            Channels = channels is "1" or "3" ? Length(channels)!.Value
                : throw new ArgumentException($"input '{input.Name}' of '{path}' has {channels} channels; pictures have 1 or 3."),
            Height = SizeOf(height),
            Width = SizeOf(width),
            PixelScale = pixelScale,
            PixelOffset = pixelOffset,
            FeatureCount = FeaturesOf(output, path),
            Description = own && outputName is null
                ? summary.Metadata.GetValueOrDefault("description") ?? ""
                : $"{System.IO.Path.GetFileName(path)}, output '{output.Name}'",
            Hash = own && summary.Metadata.TryGetValue("hash", out string? hash) ? hash : HashOf(File.ReadAllBytes(path)),
            Caveat = own ? summary.Metadata.GetValueOrDefault("caveat") : null,
            IsSmooth = own && summary.Metadata.GetValueOrDefault("smooth") == "true",
            FixedBatch = Length(batch),
            Classes = own && summary.Metadata.TryGetValue("classes", out string? classes) ? classes.Split(ClassSeparator) : [],
            Accuracy = own && summary.Metadata.TryGetValue("accuracy", out string? accuracy) ? double.Parse(accuracy, CultureInfo.InvariantCulture) : null,
        };

        int SizeOf(string length)
        {
            int? fixedLength = Length(length);
            if (imageSize > 0 && fixedLength is { } stated && stated != imageSize)
                throw new ArgumentException($"imageSize is {imageSize}, and input '{input.Name}' of '{path}' has the fixed shape {input.ShapeText}: leave imageSize out.");
            return fixedLength ?? (imageSize > 0 ? imageSize
                : throw new ArgumentException($"input '{input.Name}' of '{path}' leaves height and width open ({input.ShapeText}): give imageSize."));
        }
    }

    private static OnnxTensorInfo Pick(IReadOnlyList<OnnxTensorInfo> all, string? name, string? preferred, string what, string path)
    {
        OnnxTensorInfo? found = name is not null ? all.FirstOrDefault(tensor => tensor.Name == name)
            : all.FirstOrDefault(tensor => tensor.Name == preferred) ?? (all.Count == 1 ? all[0] : null);
        return found ?? throw new ArgumentException($"'{path}' has {(name is null ? $"{all.Count} {what}s" : $"no {what} '{name}'")}; "
            + $"it has {string.Join(", ", all.Select(tensor => $"'{tensor.Name}'"))}: name one of them.");
    }

    private static Dictionary<string, string> Own(Dictionary<string, string> metadata) => new(metadata)
    {
        ["family"] = Family,
        ["pixelRange"] = "0,1",
        ["version"] = typeof(ExtractorModel).Assembly.GetName().Version!.ToString(3),
    };

    private static int FeaturesOf(OnnxTensorInfo output, string path)
    {
        if (output.ElementType != "float32")
            throw new ArgumentException($"output '{output.Name}' of '{path}' is {output.ElementType}; features are float32: choose another output, or add a conversion to the model.");
        int?[] lengths = [.. (output.Shape ?? []).Skip(1).Select(Length)];
        return lengths.Length > 0 && lengths.All(length => length is not null)
            ? lengths.Aggregate(1, (product, length) => product * length!.Value)
            : throw new ArgumentException($"output '{output.Name}' of '{path}' is {output.ShapeText}; features need a known number a picture: choose another output.");
    }

    private static int? Length(string axis) => int.TryParse(axis, NumberStyles.None, CultureInfo.InvariantCulture, out int length) ? length : null;
}

/// <summary>How extractors of our own are made: all that is chosen is their seed.</summary>
internal sealed class ExtractorOptions : TrainingOptions
{
    public static TrainingSession Begin(MLContext context, int seed) => TrainingSession.Begin(context, "features", new ExtractorOptions { Seed = seed });
}

internal static class PictureColumn
{
    /// <exception cref="ArgumentException">There is no such column, or it is not of pictures.</exception>
    public static void Check(IDataView rows, string name)
    {
        DataViewSchema.Column column = NetworkInput.Find(rows, name);
        if (column.Type is not ImageDataViewType)
            throw new ArgumentException($"column '{name}' is {column.Type}; features are extracted from pictures (MLImage): choose another column, or convert this one.");
    }
}
