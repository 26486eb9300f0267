using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Gan;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen;

/// <summary>
/// Trains a deep convolutional generative adversarial network on a column of pictures and returns it as an ONNX-backed
/// transformer. Sources: Goodfellow et al. 2014, arXiv:1406.2661; Radford, Metz and Chintala 2015, arXiv:1511.06434; and
/// what <see cref="DcganNetwork"/> names.
/// </summary>
public sealed partial class DcganTrainer : IEstimator<DcganTransformer>
{
    private const string Family = "gan";

    private readonly MLContext context;
    private readonly Options options;

    internal DcganTrainer(MLContext context, Options options)
    {
        this.context = context;
        this.options = options;
        options.Validate();
        if (options.Resume)
            throw new NotSupportedException("a GAN's training cannot be resumed yet: set Resume to false.");
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is absent or of another type, or there are fewer rows than a batch.</exception>
    /// <exception cref="InvalidDataException">A row cannot be read.</exception>
    /// <exception cref="InvalidOperationException">ONNX Runtime and a network disagree.</exception>
    /// <exception cref="TrainingDivergedException">A loss became NaN before there was anything worth keeping.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public DcganTransformer Fit(IDataView input)
    {
        using TrainingSession session = TrainingSession.Begin(context, Family, options);
        (PictureInput column, GanRecipe recipe) = Decide(input);
        Module<Tensor, Tensor> generator = GanNetworks.Generator(recipe), discriminator = GanNetworks.Discriminator(recipe), averaged = GanNetworks.Generator(recipe);
        using (no_grad())
        {
            foreach ((Tensor from, Tensor to) in generator.state_dict().Values.Zip(averaged.state_dict().Values)) to.copy_(from);
        }

        // Once before training, so that a network that cannot be exported costs nothing.
        using (DcganOnnxFiles.Export(recipe, generator, discriminator))
            session.Info($"{recipe.Network}: generator {Count(generator):N0}, discriminator {Count(discriminator):N0} parameters; both export to ONNX.");

        using BatchFeed rows = new(column.Read(input, options.CancellationToken), column.Scale, session.Device);
        if (rows.Count < recipe.BatchSize)
        {
            throw new ArgumentException($"there are {rows.Count} pictures, and a step takes {recipe.BatchSize}: lower BatchSize, or give more pictures.", nameof(input));
        }
        session.Info($"{rows.Count:N0} pictures of {string.Join("×", column.Shape)}; {session.Device}, seed {session.Seed}.");

        foreach (Module network in (Module[])[generator, discriminator, averaged]) network.to(session.Device);
        GanAverage average = new(recipe, generator, averaged);
        string? stopped = Train(recipe, generator, discriminator, average, rows, session);
        foreach (Module network in (Module[])[averaged, discriminator]) network.to(torch.device("cpu"));
        discriminator.eval();
        DcganOnnxFiles files = DcganOnnxFiles.Export(recipe, averaged, discriminator);
        return new DcganTransformer(context, column, recipe, files, input.Schema, session.NumberOfThreads, stopped);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column column = inputSchema.FirstOrDefault(c => c.Name == options.ImageColumnName);
        if (column.Name is null || column.ItemType is not ImageDataViewType)
            throw new ArgumentException($"there is no column '{options.ImageColumnName}' of pictures (MLImage) to learn from; there are {string.Join(", ", inputSchema.Select(c => $"'{c.Name}'"))}.");
        return SchemaShapes.Append(context, inputSchema,
            new DataViewSchema.DetachedColumn(DcganColumns.Realness, new VectorDataViewType(NumberDataViewType.Single, 1)));
    }

    // Why the run ended early; null when it did not.
    private string? Train(
        GanRecipe recipe, Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, GanAverage average, BatchFeed rows, TrainingSession session)
    {
        using DisposeScope run = NewDisposeScope();
        using Adam generatorOptimizer = optim.Adam([.. generator.parameters()], recipe.GeneratorRate, recipe.Beta1, recipe.Beta2, recipe.Epsilon);
        using Adam discriminatorOptimizer = optim.Adam([.. discriminator.parameters()], recipe.DiscriminatorRate, recipe.Beta1, recipe.Beta2, recipe.Epsilon);
        GanStep training = new(recipe, generator, discriminator, generatorOptimizer, discriminatorOptimizer);
        GanSnapshots? snapshots = options.WorkspacePath is { } folder ? new(folder, recipe) : null;
        using LastGoodEpoch goodAverage = new(average.Network), goodDiscriminator = new(discriminator);

        int batches = (int)(rows.Count / recipe.BatchSize);
        int steps = options.Steps ?? checked(options.Epochs * batches);
        ProgressMeter meter = new(0, (long)steps * recipe.BatchSize);
        long[] order = [];
        generator.train();
        discriminator.train();
        for (int step = 0; step < steps; step++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            if (step % batches == 0)
                order = session.OrderOf(rows.Count, step / batches);
            session.SeedEpoch(step);
            GanLosses losses;
            using (Tensor real = rows.Batch(order, (long)(step % batches) * recipe.BatchSize, recipe.BatchSize).mul_(2).sub_(1))
            using (Tensor latent = recipe.RandomLatent(recipe.BatchSize, session.Device))
                losses = training.Run(real, latent);
            if (!losses.IsFinite)
                return Diverged(step, goodAverage, goodDiscriminator, session);

            average.Update(step);
            meter.Advance(recipe.BatchSize);
            options.MetricsCallback?.Invoke(new(step + 1, steps, losses.OnReal + losses.OnMade, losses.OnReal, losses.OnMade, losses.Generator,
                losses.ProbabilityOfReal, losses.ProbabilityOfMade, meter.ImagesPerSecond, meter.Remaining));
            if ((step + 1) % options.SnapshotInterval != 0 && step + 1 != steps)
                continue;
            average.Refresh(session.Device);
            goodAverage.Keep();
            goodDiscriminator.Keep();
            snapshots?.Take(average.Network, step + 1, session.Device);
        }
        return null;
    }

    private string Diverged(int step, LastGoodEpoch average, LastGoodEpoch discriminator, TrainingSession session)
    {
        string when = $"a loss became NaN in step {step + 1}";
        const string Remedy = "lower GeneratorLearningRate and DiscriminatorLearningRate, or look for broken rows";
        int kept = step / options.SnapshotInterval * options.SnapshotInterval;
        if (kept == 0)
            throw new TrainingDivergedException($"{when}, before the first {options.SnapshotInterval} were finished: {Remedy}.");
        average.Restore();
        discriminator.Restore();
        string stopped = $"{when}; step {kept} is kept: {Remedy}.";
        session.Warning(stopped);
        return stopped;
    }

    private (PictureInput Column, GanRecipe Recipe) Decide(IDataView input)
    {
        DataViewSchema.Column column = NetworkInput.Find(input, options.ImageColumnName);
        if (column.Type is not ImageDataViewType)
            throw new ArgumentException($"column '{column.Name}' is {column.Type}; a GAN learns from pictures (MLImage): choose another column, or convert this one.");
        // The network's own size may follow from the number of channels.
        int channels = PictureInput.Decide(context, input, column.Name, GanShape.Grid, options.Channels, options.Resizing).Channels;
        DcganNetwork network = options.Network ?? (channels == 1 ? DcganNetwork.Mnist32 : DcganNetwork.AnimeFace64);
        int size = options.ImageSize > 0 ? options.ImageSize : network == DcganNetwork.Mnist32 ? 32 : 64;
        return (new PictureInput(context, column.Name, channels, size, size, options.Resizing), GanRecipe.For(options, network, channels, size));
    }

    private static long Count(Module network) => network.parameters().Sum(parameter => parameter.numel());
}
