using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNetGen.Studio;

namespace MLNetGen.Tests;

/// <summary>A small network of every family, trained in seconds on the built-in moons, and a studio over them.</summary>
public sealed class TrainedModels : IAsyncLifetime
{
    private const int Size = 32;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mlnetgen-studio-");

    public MLContext Context { get; } = new(seed: 1);

    public string Folder => folder.FullName;

    public StudioServer Server { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>A moon as a PNG file's bytes.</summary>
    public byte[] Moon { get; private set; } = [];

    public string this[string run] => Path.Combine(Folder, run);

    public async Task InitializeAsync()
    {
        IDataView moons = Context.Images.MoonPhases(48, Size);
        Moon = Pictures(moons)[0].ToPng();
        Vae(moons);
        Gan(moons);
        Classifier(moons);
        IDataView few = Context.Data.TakeRows(moons, 6);
        Style(few);
        SuperResolution(few);
        // One client runs all tests, one after the other and quickly: what floods has a server of its own.
        Server = await StudioServer.StartAsync(new() { ModelsFolder = Folder, RequestsAtOnce = 100_000, StylesFolder = null, WebRuntimeFolder = OnnxRuntimeWeb.ReasonToSkip is null ? OnnxRuntimeWeb.Scripts : null });
        Client = new() { BaseAddress = Server.Address };
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>The pictures of a column, by ML.NET alone.</summary>
    public static IReadOnlyList<Picture> Pictures(IDataView rows, string column = "Image") => [.. rows.GetColumn<MLImage>(column).Select(image =>
    {
        using (image) return Picture.FromImage(image);
    })];

    private TOptions Quick<TOptions>(TOptions options, string run)
        where TOptions : TrainingOptions
    {
        (options.BatchSize, options.Epochs, options.Seed, options.Device, options.NumberOfThreads, options.WorkspacePath) = (16, 3, 5, "cpu", 1, this[run]);
        return options;
    }

    private void Vae(IDataView moons)
    {
        using VaeTransformer vae = Context.Generative.Trainers.Vae(Quick(new VaeTrainer.Options { Architecture = VaeArchitecture.Mlp, LatentDimension = 4 }, "vae")).Fit(moons);
        Save(vae, moons, "vae");
        vae.SaveOnnx(this["vae"]);
        vae.SaveReport(this["vae"]);
        // Another, whose settings differ, with classes.
        using VaeTransformer ofClasses = Context.Generative.Trainers.Vae(Quick(new VaeTrainer.Options { Architecture = VaeArchitecture.Mlp, LatentDimension = 3, LabelColumnName = "Label" }, "vae-classes")).Fit(moons);
        Save(ofClasses, moons, "vae-classes");
        ofClasses.SaveReport(this["vae-classes"]);
    }

    private void Gan(IDataView moons)
    {
        DcganTrainer.Options options = Quick(new DcganTrainer.Options { Network = DcganNetwork.Mlp, ImageSize = 28, Width = 16, LatentDimension = 6, Steps = 6, SampleInterval = 3, CheckpointInterval = 3 }, "gan");
        using DcganTransformer gan = Context.Generative.Trainers.Dcgan(options).Fit(Context.Transforms.DropColumns("Label").Fit(moons).Transform(moons));
        Save(gan.Generator, Context.Generative.SampleLatent(1, gan.LatentDimension), "gan");
        Context.Model.Save(gan, moons.Schema, Path.Combine(this["gan"], "discriminator.zip"));
        gan.SaveReport(this["gan"]);
    }

    private void Classifier(IDataView moons)
    {
        AlexNetTrainer.Options options = Quick(new AlexNetTrainer.Options { Network = AlexNetNetwork.Compact, ImageSize = 16, OutputFeatures = true }, "classifier");
        TransformerChain<KeyToValueMappingTransformer> model = Context.Transforms.Conversion.MapValueToKey("Label").Append(Context.MulticlassClassification.Trainers.AlexNet(Context, options))
            .Append(Context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(moons);
        Save(model, moons, "classifier");
        ClassificationReport report = Context.MulticlassClassification.EvaluateReport(Context, model.Transform(moons));
        model.OfType<AlexNetTransformer>().Single().SaveReport(this["classifier"], report);
    }

    private void Style(IDataView moons)
    {
        string painting = Path.Combine(Folder, "painting.png");
        Pictures(Context.Images.MoonPhases(1, size: 96))[0].Save(painting);
        StyleTransferTrainer.Options options = Quick(
            new StyleTransferTrainer.Options { StylePictures = [painting], Network = StyleNetwork.Small, LossNetwork = LossNetworkNames.Random, ImageSize = 64, Steps = 1, SnapshotInterval = 1 }, "style");
        options.BatchSize = 1;
        using StyleTransferTransformer style = Context.Generative.StyleTransfer(options).Fit(moons);
        style.SaveOnnx(this["style"]);
        style.SaveReport(this["style"]);
        File.Delete(painting);
    }

    private void SuperResolution(IDataView moons)
    {
        SuperResolutionTrainer.Options options = Quick(new SuperResolutionTrainer.Options { Factor = 2, PatchSize = 16 }, "sharp");
        options.Epochs = 1;
        using SuperResolutionTransformer sharp = Context.Generative.SuperResolution(options).Fit(moons);
        sharp.SaveOnnx(this["sharp"]);
        sharp.SaveReport(this["sharp"]);
    }

    private void Save(ITransformer model, IDataView rows, string run) => Context.Model.Save(model, rows.Schema, Path.Combine(this[run], "model.zip"));
}

[CollectionDefinition(Name)]
public sealed class StudioTests : ICollectionFixture<TrainedModels>
{
    public const string Name = "studio";
}
