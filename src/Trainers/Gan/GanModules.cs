using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>
/// The networks of one run: the two that compete, and the generator that is shown and exported: with averaged weights (Yazıcı et al. 2019,
/// arXiv:1806.04498), or, where these are not wanted, a copy of the live one.
/// </summary>
internal sealed class GanModules : IDisposable
{
    // Pictures that the BatchNorm statistics are taken from, and in how many batches.
    private const int Batch = 64, Batches = 8;
    private const double Limit = 0.999;

    private readonly GanRecipe recipe;
    private AveragedWeights? averaging;

    public GanModules(GanRecipe recipe)
    {
        this.recipe = recipe;
        Generator = GanNetworks.Generator(recipe);
        Discriminator = GanNetworks.Discriminator(recipe);
        Average = GanNetworks.Generator(recipe);
        Generator.CopyStateTo(Average);
        Average.eval();
    }

    public Module<Tensor, Tensor> Generator { get; }

    public Module<Tensor, Tensor> Discriminator { get; }

    public Module<Tensor, Tensor> Average { get; }

    /// <summary>By their names in a checkpoint.</summary>
    public IReadOnlyDictionary<string, Module> ByName =>
        new Dictionary<string, Module> { ["generator"] = Generator, ["discriminator"] = Discriminator, ["average"] = Average };

    /// <summary>Before optimisers are made and the average is updated: moving, as loading does, makes new parameters.</summary>
    public void To(Device device)
    {
        foreach (Module network in ByName.Values) network.to(device);
    }

    /// <summary>Whether every weight is a number.</summary>
    public bool IsFinite()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return ByName.Values.SelectMany(network => network.parameters()).All(weight => weight.isfinite().all().item<bool>());
    }

    /// <summary>Takes the generator's weights into the average after step <paramref name="step"/>, from 0.</summary>
    public void UpdateAverage(long step)
    {
        averaging ??= new AveragedWeights(Generator, Average, Limit);
        if (recipe.Averaged)
            averaging.Update(step);
    }

    /// <summary>
    /// Takes the average's BatchNorm statistics anew: those of the live weights do not belong to the averaged ones. The mean over
    /// a fixed set of z, the same every time.
    /// </summary>
    public void RefreshAverage(Device device)
    {
        if (!recipe.Averaged)
        {
            Generator.CopyStateTo(Average);
            return;
        }
        using var noGradient = no_grad();
        BatchNorm2d[] norms = [.. Average.modules().OfType<BatchNorm2d>()];
        double?[] momenta = [.. norms.Select(norm => norm.momentum)];
        Average.train();
        for (int batch = 0; batch < Batches; batch++)
        {
            using var scope = NewDisposeScope();
            foreach (BatchNorm2d norm in norms) norm.momentum = 1.0 / (batch + 1);
            Average.call(recipe.Latent(Batch * batch, Batch, device));
        }
        foreach ((BatchNorm2d norm, double? momentum) in norms.Zip(momenta)) norm.momentum = momentum;
        Average.eval();
    }

    public void Dispose()
    {
        foreach (Module network in ByName.Values) network.Dispose();
    }
}
