using System.Diagnostics.CodeAnalysis;
using MLNetGen.Evaluation;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>
/// The networks of a GAN and a step of both that compete: the discriminator learns real from made, the generator to be taken for real: Goodfellow et al. 2014, section 3 and
/// algorithm 1. A third, the generator with averaged weights (Yazıcı et al. 2019, arXiv:1806.04498), or, where these are not wanted, a copy of the live one, is shown and exported.
/// </summary>
/// <remarks>
/// The generator makes one batch a step, which both updates use; the discriminator's weights are frozen in the generator's
/// update, whose gradient needs to pass through them and not to stay. <see cref="GanRecipe.SourceProcedure"/> does otherwise.
/// </remarks>
internal sealed class DcganTask : TrainingTask
{
    // Pictures that the average's BatchNorm statistics are taken from, and in how many batches.
    private const int StatisticsBatch = 64, StatisticsBatches = 8;
    private const double LargestDecay = 0.999;

    private const string OfGenerator = "generator-optimizer", OfDiscriminator = "discriminator-optimizer";

    private readonly GanRecipe recipe;
    private readonly IGanObjective objective;
    private AveragedWeights? averaging;

    public DcganTask(GanRecipe recipe)
        : base(GanNetworks.Generator(recipe))
    {
        (this.recipe, objective) = (recipe, recipe.Objective());
        Discriminator = GanNetworks.Discriminator(recipe);
        Average = GanNetworks.Generator(recipe);
        Generator.CopyStateTo(Average);
        Average.eval();
    }

    public Module<Tensor, Tensor> Generator => Network;

    public Module<Tensor, Tensor> Discriminator { get; }

    public Module<Tensor, Tensor> Average { get; }

    /// <summary>Judges the made pictures; null judges none.</summary>
    public PictureJudge? Evaluator { get; set; }

    public override IReadOnlyDictionary<string, Module> Networks =>
        new Dictionary<string, Module> { ["generator"] = Generator, ["discriminator"] = Discriminator, ["average"] = Average };

    public override Tensor Loss(TrainingBatch batch) => throw new NotSupportedException($"a GAN has two losses: {nameof(Step)} takes one down each.");

    /// <summary>
    /// Pictures in [0, 1] by a network of the run, of rows <paramref name="first"/> … of <see cref="LatentNoise"/>, with the classes by turns.
    /// </summary>
    public IReadOnlyList<Picture> Draw(Module<Tensor, Tensor> generator, int first, int count, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return (generator.call(Latent(first, count, device)) * 0.5 + 0.5).ToPictures();
    }

    /// <summary>A step of both networks.</summary>
    /// <param name="real">Pictures in [−1, 1], [<see cref="GanRecipe.PicturesPerStep"/>, channels, H, W].</param>
    /// <param name="classes">The real pictures' classes, a one-hot row each; null for a GAN that knows of none. Made pictures get the same.</param>
    /// <returns>What <see cref="GanLogRow.Of"/> takes, still on the device.</returns>
    public IReadOnlyList<Tensor> Step(Tensor real, Tensor? classes = null)
    {
        Tensor latent = RandomLatent(real.device);
        if (recipe.SourceProcedure)
            return TrainAsTheSource(real, latent, classes);
        int last = recipe.DiscriminatorSteps - 1;
        for (int update = 0; update < last; update++)
        {
            using var alone = NewDisposeScope();
            Tensor? own = Part(classes, update);
            UpdateDiscriminator(Part(real, update), MakeWithoutGradient(RandomLatent(real.device), own), own);
        }
        (real, classes) = (Part(real, last), Part(classes, last));
        Tensor made = Make(latent, classes), seen = made.detach();
        Tensor? passing = recipe.GeneratorFirst ? UpdateGenerator(made, classes, objective.Passing) : null;
        Judgement judged = UpdateDiscriminator(real, seen, classes);
        passing ??= UpdateGenerator(made, classes, objective.Passing);
        return Measured(judged, passing, seen, real);
    }

    /// <summary>Takes the generator's weights into the average after step <paramref name="step"/>, from 0.</summary>
    public void UpdateAverage(long step)
    {
        if (recipe.Averaged)
            (averaging ??= new AveragedWeights(Generator, Average, LargestDecay)).Update(step);
    }

    /// <summary>Takes the average's BatchNorm statistics anew, of the same z every time: those of the live weights do not belong to the averaged ones.</summary>
    public void RefreshAverage(Device device)
    {
        if (recipe.Averaged)
            AveragedWeights.UpdateBatchNorm(Average, StatisticsBatches, batch => Latent(StatisticsBatch * batch, StatisticsBatch, device));
        else
            Generator.CopyStateTo(Average);
    }

    protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() => new Dictionary<string, OptimizerHelper>
    {
        [OfGenerator] = new FusedOptimizers.Adam(Generator.parameters(), recipe.GeneratorRate, recipe.Beta1, recipe.Beta2, recipe.Epsilon),
        [OfDiscriminator] = new FusedOptimizers.Adam(Discriminator.parameters(), recipe.DiscriminatorRate, recipe.Beta1, recipe.Beta2, recipe.Epsilon),
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing) Evaluator?.Dispose();
        base.Dispose(disposing);
    }

    private Tensor RandomLatent(Device device) => recipe.UniformLatent
        ? rand([recipe.BatchSize, recipe.Shape.LatentDimension], device: device).mul_(2).sub_(1)
        : randn([recipe.BatchSize, recipe.Shape.LatentDimension], device: device);

    // What a generator is shown every time.
    private Tensor Latent(int first, int count, Device device)
    {
        Tensor normal = LatentNoise.Of(first, count, recipe.Shape.LatentDimension, device), z = recipe.UniformLatent ? (normal / Math.Sqrt(2)).erf_() : normal;
        return recipe.Shape.Classes == 0 ? z : cat([z, LatentNoise.Turns(first, count, recipe.Shape.Classes, device)], 1);
    }

    private Judgement UpdateDiscriminator(Tensor real, Tensor made, Tensor? classes)
    {
        Optimizers[OfDiscriminator].zero_grad();
        (real, made) = (Augmentation.Apply(real, recipe.Augmentation), Augmentation.Apply(made, recipe.Augmentation));
        if (recipe.R1Gamma > 0)
            real = real.detach().requires_grad_(true);
        Tensor realLogits = Judge(real, classes), madeLogits = Judge(made, classes);
        Tensor onReal = objective.OnReal(realLogits), onMade = objective.OnMade(madeLogits);
        Tensor loss = onReal + onMade;
        if (recipe.DiscriminatorWeight != 1)
            loss *= recipe.DiscriminatorWeight;
        Tensor? penalty = recipe.R1Gamma > 0 ? R1Penalty.Of(realLogits, real, recipe.R1Gamma)
            : objective.Penalty(pictures => Judge(pictures, classes), real, made);
        (penalty is null ? loss : loss + penalty).backward();
        Optimizers[OfDiscriminator].step();
        return new(onReal, onMade, realLogits, madeLogits, penalty);
    }

    private Tensor UpdateGenerator(Tensor made, Tensor? classes, Func<Tensor, Tensor> lossOf)
    {
        Optimizers[OfGenerator].zero_grad();
        foreach (Parameter weight in Discriminator.parameters()) weight.requires_grad = false;
        try
        {
            Tensor loss = lossOf(Judge(Augmentation.Apply(made, recipe.Augmentation), classes));
            loss.backward();
            Optimizers[OfGenerator].step();
            return loss;
        }
        finally
        {
            foreach (Parameter weight in Discriminator.parameters()) weight.requires_grad = true;
        }
    }

    private Tensor Make(Tensor latent, Tensor? classes) => Forward(Generator, classes is null ? latent : cat([latent, classes], 1));

    private Tensor MakeWithoutGradient(Tensor latent, Tensor? classes)
    {
        using var noGradient = no_grad();
        return Make(latent, classes);
    }

    // A discriminator that knows of classes has a logit for each: the one of the picture's own class counts.
    private Tensor Judge(Tensor pictures, Tensor? classes)
    {
        Tensor logits = Forward(Discriminator, pictures);
        return classes is null ? logits : (logits * classes).sum(1, keepdim: true);
    }

    // The rows of one of the discriminator's updates.
    [return: NotNullIfNotNull(nameof(rows))]
    private Tensor? Part(Tensor? rows, int update) =>
        rows is null || recipe.DiscriminatorSteps == 1 ? rows : rows.narrow(0, (long)update * recipe.BatchSize, recipe.BatchSize);

    private static IReadOnlyList<Tensor> Measured(Judgement judged, Tensor passing, Tensor made, Tensor real)
    {
        using var noGradient = no_grad();
        Tensor accuracy = cat([judged.RealLogits > 0, judged.MadeLogits < 0]).to_type(ScalarType.Float32).mean();
        return
        [
            judged.OnReal, judged.OnMade, passing, judged.RealLogits.sigmoid().mean(), judged.MadeLogits.sigmoid().mean(), accuracy, made.std(0).mean(), real.std(0).mean(),
            .. judged.Penalty is null ? (Tensor[])[] : [judged.Penalty],
        ];
    }

    // The step as the source of AnimeFace64 has it: the discriminator is updated on real pictures and then on made ones, which the generator makes in inference mode; the
    // generator's update draws fresh z, and its targets are those that the real pictures had, in (0.8, 1].
    private IReadOnlyList<Tensor> TrainAsTheSource(Tensor real, Tensor latent, Tensor? classes)
    {
        NonSaturatingObjective noisy = new(recipe.LabelNoise);
        Generator.eval();
        Tensor made = MakeWithoutGradient(latent, classes);
        Generator.train();

        Tensor realLogits = Judge(real, classes), targets = noisy.RealTargets(realLogits);
        Tensor onReal = functional.binary_cross_entropy_with_logits(realLogits, targets);
        Minimize(onReal, optimizer: OfDiscriminator);
        Tensor madeLogits = Judge(made, classes), onMade = noisy.OnMade(madeLogits);
        Minimize(onMade, optimizer: OfDiscriminator);

        Tensor fresh = Make(RandomLatent(real.device), classes);
        Tensor passing = UpdateGenerator(fresh, classes, logits => functional.binary_cross_entropy_with_logits(logits, targets));
        return Measured(new(onReal, onMade, realLogits, madeLogits, Penalty: null), passing, made, real);
    }

    // What the discriminator's update leaves.
    private readonly record struct Judgement(Tensor OnReal, Tensor OnMade, Tensor RealLogits, Tensor MadeLogits, Tensor? Penalty);
}
