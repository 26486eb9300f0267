using TorchSharp;
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
