using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Evaluation;

namespace MLNetGen.Benchmarks;

/// <summary>ResNet-18's features in batches, against the package's files as they are: one picture at a time, by ML.NET's own transformers.</summary>
internal static class FeaturesBench
{
    private const int Size = 224, Different = 64;
    private const double LeastRatio = 1.5;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Pictures">Of 224×224.</param>
    /// <param name="Ours">Pictures a second by <see cref="FeatureExtractor.ResNet18"/>.</param>
    /// <param name="Theirs">The same by ML.NET's transformers as they come: one thread a core, which spins while it waits.</param>
    /// <param name="TheirsAsHere">The same with threads that sleep, as this library's commands run them.</param>
    /// <param name="Difference">Greatest difference of the features, of the largest.</param>
    private sealed record Result(int Pictures, double Ours, double Theirs, double TheirsAsHere, double Difference)
    {
        public double Ratio => Ours / Theirs;

        public double RatioAsHere => Ours / TheirsAsHere;

        [JsonIgnore]
        public string Text => string.Create(
            CultureInfo.InvariantCulture,
            $"features of {Pictures:N0} pictures of {Size}×{Size}: {Ours:F1} a second in batches, {Theirs:F1} by OnnxTransformer: {Ratio:F2}× ({(Ratio >= LeastRatio ? "allowed" : "missed")}: {LeastRatio}× or more); "
            + $"{TheirsAsHere:F1} where its threads sleep: {RatioAsHere:F2}×; greatest difference {Difference:G2} of the largest feature");
    }

    public static int Run(int pictures, int rounds, bool json)
    {
        if (pictures < 1 || rounds < 1)
            throw new ArgumentException($"{pictures} pictures and {rounds} rounds are too few to measure: give at least 1 of each (--pictures, --rounds).");
        string network = ResNet18File.Find()!;
        MLContext asItComes = new(seed: 1), asHere = CommandContext.Create(seed: 1);
        PictureTypes.Register(new ImageDataViewType(Size, Size));
        using FeatureExtractor extractor = FeatureExtractor.ResNet18(asHere);
        Random random = new(1);
        MLImage[] images = [.. Enumerable.Range(0, Math.Min(pictures, Different)).Select(_ => RandomPicture.Of(random, Size))];
        IEnumerable<Row> All() => Enumerable.Range(0, pictures).Select(i => new Row { Image = Copy(images[i % images.Length]) });
        Func<float[][]>[] sides =
        [
            () => [.. extractor.Transform(View(asHere, All())).GetColumn<float[]>(FeatureExtractor.FeaturesColumnName)],
            Theirs(asItComes, network, All),
            Theirs(asHere, network, All),
        ];
        List<double>[] seconds = [.. sides.Select(_ => new List<double>())];
        double difference = 0;
        for (int round = 0; round < rounds; round++)
        {
            float[][][] features = new float[sides.Length][][];
            for (int side = 0; side < sides.Length; side++)
            {
                Stopwatch clock = Stopwatch.StartNew();
                features[side] = sides[side]();
                seconds[side].Add(clock.Elapsed.TotalSeconds);
            }
            float largest = features[1].Max(row => row.Max());
            difference = Math.Max(difference, features[0].Zip(features[1]).Max(pair => pair.First.Zip(pair.Second).Max(values => Math.Abs(values.First - values.Second))) / largest);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}: {string.Join(", ", seconds.Select(all => $"{pictures / all[^1]:F1}"))} pictures/s"));
        }
        double[] speeds = [.. seconds.Select(all => pictures / Comparison.Median(all))];
        Result result = new(pictures, speeds[0], speeds[1], speeds[2], difference);
        Console.WriteLine(json ? JsonSerializer.Serialize(result, Json) : result.Text);
        return 0;
    }

    private static Func<float[][]> Theirs(MLContext context, string network, Func<IEnumerable<Row>> rows)
    {
        ITransformer chain = context.Transforms.ResizeImages("Image", Size, Size)
            .Append(context.Transforms.ExtractPixels("OriginalInput", "Image"))
            .Append(context.Transforms.ApplyOnnxModel("PreprocessedInput", "OriginalInput", ResNet18File.PreparationOf(network)))
            .Append(context.Transforms.CopyColumns("Input247", "PreprocessedInput"))
            .Append(context.Transforms.ApplyOnnxModel("Pooling395_Output_0", "Input247", network))
            .Fit(View(context, rows()));
        return () => [.. chain.Transform(View(context, rows())).GetColumn<float[]>("Pooling395_Output_0")];
    }

    private static IDataView View(MLContext context, IEnumerable<Row> rows)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Row));
        definition[nameof(Row.Image)].ColumnType = new ImageDataViewType(Size, Size);
        return context.Data.LoadFromEnumerable(rows, definition);
    }

    private static MLImage Copy(MLImage image) => MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);

    private sealed class Row
    {
        public MLImage? Image { get; set; }
    }
}
