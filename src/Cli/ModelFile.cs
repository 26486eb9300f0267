using System.IO.Compression;
using System.IO.Hashing;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Cli;

/// <summary>The model.zip that a command is given.</summary>
internal static class ModelFile
{
    /// <summary>What training writes for ML.NET.</summary>
    public const string Zip = "model.zip";

    public static VaeTransformer LoadVae(MLContext context, string path) =>
        Load(context, path, model => VaeTransformer.FromModel(context, model));

    /// <summary>What makes pictures of latent vectors, whatever family it is of: a <see cref="DcganGenerator"/> or a <see cref="VaeTransformer"/>.</summary>
    public static ITransformer LoadGenerative(MLContext context, string path) =>
        AsGenerative(context, Load(context, path), path);

    /// <summary>The same of a model that <see cref="Load(MLContext, string)"/> gave.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The model.</param>
    /// <param name="path">Its file, for errors.</param>
    /// <param name="misfit">Why it could not be told whether the model is a classifier, for the error where it is not generative.</param>
    public static ITransformer AsGenerative(MLContext context, ITransformer model, string path, string? misfit = null)
    {
        try
        {
            return Found(path, () => (ITransformer?)DcganGenerator.TryFromModel(context, model) ?? VaeTransformer.FromModel(context, model));
        }
        catch (InvalidDataException e) when (misfit is not null)
        {
            throw new InvalidDataException($"'{path}' does not take these rows: {misfit}", e);
        }
    }

    /// <summary>The model as it is, whatever it does.</summary>
    public static ITransformer Load(MLContext context, string path) => Load(context, path, model => model);

    /// <exception cref="FileNotFoundException">There is no such file; says what there is.</exception>
    public static void RequireThere(string path)
    {
        if (File.Exists(path))
            return;
        // Where runs lie unless --out said otherwise.
        string[] runs = Directory.Exists("out") ? [.. Directory.EnumerateDirectories("out").Where(run => File.Exists(Path.Combine(run, Zip))).Order(StringComparer.Ordinal)] : [];
        throw new FileNotFoundException((Directory.Exists(path) ? $"the folder '{path}' holds no {Zip}: is the run in it finished?" : $"there is no model '{path}': name a run's folder, or a file in it.")
            + (runs.Length == 0 ? "" : $" There are {string.Join(", ", runs)}."));
    }

    private static T Load<T>(MLContext context, string path, Func<ITransformer, T> find)
    {
        RequireThere(path);
        ITransformer loaded = Named(path, () => Load(context, path, out _));
        return Found(path, () => find(loaded));
    }

    // What a model is not, its family says best.
    private static T Found<T>(string path, Func<T> find)
    {
        try
        {
            return Named(path, find);
        }
        catch (InvalidDataException e) when (ModelFamily.Of(path) is { } family)
        {
            throw new InvalidDataException($"'{path}' is {family}.", e);
        }
    }

    // ML.NET makes a model's parts by reflection, and tells of a damaged one in whatever way its reader came to an end.
    private static ITransformer Load(MLContext context, string path, out DataViewSchema input)
    {
        try
        {
            CheckWhole(path);
            return context.Model.Load(path, out input);
        }
        catch (Exception e) when (!Failure.IsExpected(e) && e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"it is damaged, or no model that ML.NET saved ({Failure.MessageOf(e.GetBaseException()).TrimEnd('.')}). Save or copy it again.", e);
        }
    }

    // ML.NET compares no stored checksums, and where a length is wrong its reader may never come to an end.
    private static void CheckWhole(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            Crc32 checksum = new();
            using (Stream bytes = entry.Open()) checksum.Append(bytes);
            if (checksum.GetCurrentHashAsUInt32() != entry.Crc32)
                throw new InvalidDataException($"its part '{entry.FullName}' is damaged: the checksum is not the stored one. Save or copy it again.");
        }
    }

    private static T Named<T>(string path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            throw new InvalidDataException($"'{path}' cannot be used: {Failure.MessageOf(e)}", e);
        }
    }
}

/// <summary>A classifier is a model that adds <c>Score</c>, a vector whose slots are named by classes, whoever trained it.</summary>
internal static class ClassifierModel
{
    private const string Features = "Features";

    /// <param name="model">Any model.</param>
    /// <param name="rows">What it is to work on.</param>
    /// <param name="misfit">Why it does not work on these rows, where it does not: what it is cannot be told then.</param>
    public static bool Is(ITransformer model, DataViewSchema rows, out string? misfit)
    {
        misfit = null;
        try
        {
            return model.GetOutputSchema(rows).GetColumnOrNull("Score") is { Type: VectorDataViewType { Size: > 1 } type } score
                && type.ItemType == NumberDataViewType.Single && score.HasSlotNames();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            misfit = Failure.MessageOf(e);
            return false;
        }
    }

    /// <exception cref="ArgumentException">The model is something else, or takes other rows.</exception>
    public static IDataView Classify(ITransformer model, IDataView pictures, string path) => Is(model, pictures.Schema, out string? misfit) ? model.Transform(pictures)
        : throw new ArgumentException(misfit is not null ? $"'{path}' does not take rows with Image, Label and Path alone: {misfit}"
            : ModelFamily.Of(path) is { } family ? $"'{path}' is {family}."
            : $"'{path}' is no classifier of pictures: it adds no column 'Score' with named classes to rows with an Image. Give a model that 'train classifier' or 'train alexnet' wrote.");

    /// <exception cref="ArgumentException">The model gives none.</exception>
    public static IDataView Describe(ITransformer model, IDataView pictures, string path)
    {
        IDataView described = model.Transform(pictures);
        return described.Schema.GetColumnOrNull(Features) is not null ? described
            : throw new ArgumentException($"'{path}' gives no '{Features}' to compare pictures by: train it without --no-features, or with OutputFeatures.");
    }
}

/// <summary>Pictures by a generative model of any family.</summary>
internal static class Drawing
{
    /// <summary>Rows with <c>Image</c>; a generator of classes draws all of them by turns, or one alone.</summary>
    public static IDataView Draw(MLContext context, ITransformer model, int count, int seed, int? onlyClass = null, double? truncation = null, GaussianMixture? mixture = null)
    {
        int[]? classes = ClassesOf(model, onlyClass);
        return DecoderOf(model).Transform(mixture?.Sample(count, seed, classes) ?? context.Generative.SampleLatent(count, DimensionOf(model), seed, truncation, classes));
    }

    /// <summary>What makes rows with <c>Image</c> of those with <c>Latent</c>; a model of classes draws the first, or the one asked for.</summary>
    public static ITransformer Decoder(MLContext context, ITransformer model, int? onlyClass = null)
    {
        if (ClassesOf(model, onlyClass) is null)
            return DecoderOf(model);
        float[] one = [onlyClass ?? 0];
        ITransformer choose = context.Transforms.CustomMapping<NoColumns, ClassRow>((_, row) => row.Class = one, contractName: null).Fit(Origin(context, model));
        return new TransformerChain<ITransformer>(choose, DecoderOf(model));
    }

    /// <summary>Length of the latent vectors that a model draws pictures of.</summary>
    public static int DimensionOf(ITransformer model) => model switch
    {
        VaeTransformer vae => vae.LatentDimension,
        DcganGenerator gan => gan.LatentDimension,
        _ => throw NoGenerator(model),
    };

    /// <summary>A row with <c>Latent</c>: zeros, the middle of the standard normal distribution.</summary>
    public static IDataView Origin(MLContext context, ITransformer model)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(LatentRow));
        schema[0].ColumnType = new VectorDataViewType(NumberDataViewType.Single, DimensionOf(model));
        return context.Data.LoadFromEnumerable([new LatentRow { Latent = new float[DimensionOf(model)] }], schema);
    }

    /// <summary>The pictures of <c>Image</c>, one after the other.</summary>
    public static IEnumerable<Picture> Pictures(MLContext context, IDataView rows)
    {
        context.Images.RegisterTypes(rows.Schema);
        foreach (PictureRow row in context.Data.CreateEnumerable<PictureRow>(rows, reuseRowObject: false, ignoreMissingColumns: true))
        {
            using MLImage image = row.Image!;
            yield return Picture.FromImage(image);
        }
    }

    /// <summary>Rows with <c>Latent</c> of those with <c>Image</c>.</summary>
    /// <param name="model">A generative model.</param>
    /// <param name="pictures">Pictures to code.</param>
    /// <param name="path">The model's file, for the error.</param>
    /// <param name="asked">What asks for codes, for the error: "--mixture".</param>
    /// <exception cref="ArgumentException">It is a GAN's generator.</exception>
    public static IDataView Encode(ITransformer model, IDataView pictures, string path, string asked) => model is VaeTransformer vae ? vae.Transform(pictures)
        : throw new ArgumentException($"{asked} needs a model that codes pictures, and '{path}' is a GAN's generator, which only draws them: give a VAE's model.zip.");

    private static ITransformer DecoderOf(ITransformer model) => model switch
    {
        VaeTransformer vae => vae.Decoder,
        DcganGenerator gan => gan,
        _ => throw NoGenerator(model),
    };

    // Null where it knows none.
    private static int[]? ClassesOf(ITransformer model, int? onlyClass)
    {
        int classes = model switch { VaeTransformer vae => vae.ClassCount, DcganGenerator gan => gan.ClassCount, _ => 0 };
        if (onlyClass is { } one && (one < 0 || one >= classes))
            throw new ArgumentException(classes == 0 ? $"--class is {one}, and this model knows no classes: leave it out." : $"--class is {one}; this model has classes 0 to {classes - 1}.");
        return classes == 0 ? null : onlyClass is { } alone ? [alone] : [.. Enumerable.Range(0, classes)];
    }

    private static ArgumentException NoGenerator(ITransformer model) => new($"a {model.GetType().Name} draws no pictures.", nameof(model));

    private sealed class NoColumns;

    private sealed class PictureRow
    {
        public MLImage? Image { get; set; }
    }

    private sealed class LatentRow
    {
        public float[] Latent { get; set; } = [];
    }

    private sealed class ClassRow
    {
        [VectorType(1)]
        public float[] Class { get; set; } = [];
    }
}
