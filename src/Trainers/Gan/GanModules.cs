using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>The networks of one run: the two that compete, and the generator's average, which is shown and exported.</summary>
internal sealed class GanModules : IDisposable
{
    // Entries of a checkpoint.
    private const string GeneratorName = "generator", DiscriminatorName = "discriminator", AverageName = "average";

    public GanModules(GanRecipe recipe)
    {
        Generator = GanNetworks.Generator(recipe);
        Discriminator = GanNetworks.Discriminator(recipe);
        Average = GanNetworks.Generator(recipe);
        Generator.CopyStateTo(Average);
    }

    public Module<Tensor, Tensor> Generator { get; }

    public Module<Tensor, Tensor> Discriminator { get; }

    public Module<Tensor, Tensor> Average { get; }

    /// <summary>By their names in a checkpoint.</summary>
    public IReadOnlyDictionary<string, Module> ByName => new Dictionary<string, Module>
    {
        [GeneratorName] = Generator,
        [DiscriminatorName] = Discriminator,
        [AverageName] = Average,
    };

    /// <summary>Before optimisers are made: moving, as loading does, makes new parameters.</summary>
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

    public void Dispose()
    {
        foreach (Module network in ByName.Values) network.Dispose();
    }

    public static long Count(Module network) => network.parameters().Sum(parameter => parameter.numel());
}

/// <summary>
/// The generator that is shown and exported: with averaged weights (Yazıcı et al. 2019, arXiv:1806.04498), or, where these
/// are not wanted, a copy of the live one.
/// </summary>
internal sealed class GanAverage
{
    // Pictures that the BatchNorm statistics are taken from, and in how many batches.
    private const int Batch = 64, Batches = 8;
    private const double Limit = 0.999;

    private readonly AveragedWeights weights;
    private readonly GanRecipe recipe;
    private readonly Module<Tensor, Tensor> live;

    public GanAverage(GanRecipe recipe, Module<Tensor, Tensor> live, Module<Tensor, Tensor> average)
    {
        this.recipe = recipe;
        this.live = live;
        Network = average;
        average.eval();
        foreach (Parameter parameter in average.parameters()) parameter.requires_grad = false;
        weights = new AveragedWeights(live, average, Limit);
    }

    public Module<Tensor, Tensor> Network { get; }

    public void Update(long step)
    {
        if (recipe.Averaged)
            weights.Update(step);
    }

    /// <summary>
    /// Takes the BatchNorm statistics anew: those of the live weights do not belong to the averaged ones. The mean over
    /// a fixed set of z, the same every time.
    /// </summary>
    public void Refresh(Device device)
    {
        if (!recipe.Averaged)
        {
            live.CopyStateTo(Network);
            return;
        }
        using var noGradient = no_grad();
        BatchNorm2d[] norms = [.. Network.modules().OfType<BatchNorm2d>()];
        double?[] momenta = [.. norms.Select(norm => norm.momentum)];
        Network.train();
        for (int batch = 0; batch < Batches; batch++)
        {
            using var scope = NewDisposeScope();
            foreach (BatchNorm2d norm in norms) norm.momentum = 1.0 / (batch + 1);
            Network.call(recipe.Latent(Batch * batch, Batch, device));
        }
        foreach ((BatchNorm2d norm, double? momentum) in norms.Zip(momenta)) norm.momentum = momentum;
        Network.eval();
    }
}
