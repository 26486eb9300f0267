using System.CommandLine;

namespace MLNetGen.Cli;

/// <summary>What <c>train gan</c> can be told beyond the networks' sources.</summary>
internal sealed class GanObjectiveFlags
{
    private readonly Option<bool> source = new("--source-procedure") { Description = "Train animeFace64 exactly as its source does; slower" };
    private readonly Option<bool> example = new("--pytorch-example") { Description = "With --network paper: PyTorch's own example of it" };
    private readonly Option<GanLoss> loss = new("--loss") { Description = "nonSaturating, hinge or wassersteinGradientPenalty" };
    private readonly Option<int?> discriminatorSteps = new("--discriminator-steps") { Description = "Updates of the discriminator in a step; unset: 1, or 5 with the Wasserstein loss" };
    private readonly Option<double> penalty = new("--gradient-penalty") { Description = "Weight of the Wasserstein loss's penalty", DefaultValueFactory = _ => 10 };
    private readonly Option<double> r1 = new("--r1") { Description = "Weight of the R1 penalty; 0 for none, 10 in its paper" };
    private readonly Option<bool> spectral = new("--spectral-norm") { Description = "Spectral normalisation of the discriminator" };
    private readonly Option<DiffAugment> augment = new("--diff-augment") { Description = "Differentiable augmentation for few pictures: color, translation, cutout, all, or some, as in color,cutout" };

    private readonly Option<string?> labels = new("--label-column") { Description = "A GAN of classes: the column of labels, such as Label" };

    private readonly Option<bool> live = new("--no-average") { Description = "Show and export the generator of the last step, not the average over training" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[source, example, loss, discriminatorSteps, penalty, r1, spectral, augment, labels, live]) command.Add(option);
    }

    public void Set(DcganTrainer.Options options, ParseResult parsed)
    {
        options.SourceProcedure = parsed.GetValue(source);
        options.PyTorchExample = parsed.GetValue(example);
        options.Loss = parsed.GetValue(loss);
        options.DiscriminatorSteps = parsed.GetValue(discriminatorSteps);
        options.GradientPenalty = parsed.GetValue(penalty);
        options.R1Gamma = parsed.GetValue(r1);
        options.SpectralNormalization = parsed.GetValue(spectral);
        options.AverageGenerator = !parsed.GetValue(live);
        options.LabelColumnName = parsed.GetValue(labels);
        options.DiffAugment = parsed.GetValue(augment);
    }
}
