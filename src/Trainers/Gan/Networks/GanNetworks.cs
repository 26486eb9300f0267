using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>The two networks of a GAN, by recipe.</summary>
internal static class GanNetworks
{
    public static Module<Tensor, Tensor> Generator(GanRecipe recipe) => recipe.Network switch
    {
        DcganNetwork.AnimeFace64 => new AnimeFaceGenerator(recipe.Shape),
        DcganNetwork.Mnist32 => new MnistGenerator(recipe.Shape),
        DcganNetwork.Mlp => new MlpGenerator(recipe.Shape),
        _ when recipe.PyTorchExample => new PyTorchExampleGenerator(recipe.Shape),
        _ => new PaperGenerator(recipe.Shape),
    };

    public static Module<Tensor, Tensor> Discriminator(GanRecipe recipe) => recipe.Network switch
    {
        DcganNetwork.AnimeFace64 => new AnimeFaceDiscriminator(recipe.Shape, recipe.DiscriminatorLayers),
        DcganNetwork.Mnist32 => new MnistDiscriminator(recipe.Shape, recipe.DiscriminatorLayers),
        DcganNetwork.Mlp => new MlpDiscriminator(recipe.Shape, recipe.DiscriminatorLayers),
        _ when recipe.PyTorchExample => new PyTorchExampleDiscriminator(recipe.Shape, recipe.DiscriminatorLayers),
        _ => new PaperDiscriminator(recipe.Shape, recipe.DiscriminatorLayers),
    };
}

/// <summary>What both networks of a GAN are built to.</summary>
/// <param name="LatentDimension">Length of z.</param>
/// <param name="Channels">1 for grey, 3 for colour.</param>
/// <param name="Size">Height and width of the pictures.</param>
/// <param name="Width">Channels of the widest-resolution stage; deeper ones have multiples of it. Units of a hidden layer where there are no channels.</param>
/// <param name="Classes">Classes that the networks know; 0 for networks that know of none.</param>
internal sealed record GanShape(int LatentDimension, int Channels, int Size, int Width, int Classes = 0)
{
    /// <summary>The coarsest grid, from which the generator doubles and to which the discriminator halves.</summary>
    public const int Grid = 4;

    /// <summary>How often a picture is halved down to the <see cref="Grid"/>.</summary>
    public int Stages => int.Log2(Size / Grid);

    /// <summary>Numbers in a picture.</summary>
    [JsonIgnore]
    public int Values => Channels * Size * Size;

    /// <summary>What the generator takes: z, and the class's one-hot row where there are classes (Mirza and Osindero 2014, arXiv:1411.1784).</summary>
    [JsonIgnore]
    public int Inputs => LatentDimension + Classes;

    /// <summary>
    /// The discriminator's logits: one, or one a class, of which the picture's own counts. These rows of its last layer are the
    /// sum of the two terms of a projection discriminator (Miyato and Koyama 2018, arXiv:1802.05637, equation 3).
    /// </summary>
    [JsonIgnore]
    public int Outputs => Math.Max(1, Classes);

    /// <summary>The channels at a stage: 0 is next to the picture, each further one has twice as many.</summary>
    public int WidthAt(int stage) => Width << stage;
}

/// <summary>How the sources initialise their networks.</summary>
internal static class GanInitialization
{
    private const double Deviation = 0.02;

    /// <summary>Keras's default: Glorot-uniform weights, zero biases.</summary>
    public static void Glorot(Module network)
    {
        using var noGradient = no_grad();
        foreach ((string name, Parameter parameter) in network.named_parameters())
        {
            if (parameter.ndim > 1)
                init.xavier_uniform_(parameter);
            else if (name.EndsWith("bias", StringComparison.Ordinal))
                init.zeros_(parameter);
        }
    }

    /// <summary>Convolutions N(0, 0.02), BatchNorm γ N(1, 0.02) and β 0; all else as it is.</summary>
    /// <param name="network">What to initialise.</param>
    /// <param name="dense">Whether dense layers too are N(0, 0.02), as in Radford et al. 2015, section 4.</param>
    public static void Normal(Module network, bool dense)
    {
        using var noGradient = no_grad();
        foreach (Module layer in network.modules())
        {
            switch (layer)
            {
                case Convolution convolution:
                    init.normal_(convolution.weight, 0, Deviation);
                    break;
                case Linear linear when dense:
                    init.normal_(linear.weight, 0, Deviation);
                    break;
                case BatchNorm2d norm:
                    init.normal_(norm.weight, 1, Deviation);
                    init.zeros_(norm.bias!);
                    break;
            }
        }
    }
}

/// <summary>What a discriminator's layers are made of, beyond its source.</summary>
/// <param name="BatchNorm">Whether it normalises over the batch, as the sources do; one under a gradient penalty does not.</param>
/// <param name="SpectralNorm">Whether every layer's weight is spectrally normalised.</param>
internal sealed record DiscriminatorLayers(bool BatchNorm, bool SpectralNorm)
{
    /// <summary>As the sources have them.</summary>
    public static DiscriminatorLayers Plain { get; } = new(BatchNorm: true, SpectralNorm: false);

    /// <summary>A convolution; where it has no bias because <see cref="Norm"/> follows, and that is left out, it gets one.</summary>
    public Module<Tensor, Tensor> Convolution(int from, int to, int kernel, int stride, int padding, bool biased = true, bool normed = false)
    {
        Conv2d layer = Conv2d(from, to, kernel, stride, padding, bias: biased || (normed && !BatchNorm));
        return SpectralNorm ? new SpectralConvolution(layer) : layer;
    }

    public Module<Tensor, Tensor> Dense(int from, int to)
    {
        Linear layer = Linear(from, to);
        return SpectralNorm ? new SpectralDense(layer) : layer;
    }

    /// <summary>BatchNorm, or no layer at all.</summary>
    public IEnumerable<Module<Tensor, Tensor>> Norm(int width, double epsilon = 1e-5, double momentum = 0.1) =>
        BatchNorm ? [BatchNorm2d(width, epsilon, momentum)] : [];
}

internal static class SequentialExtensions
{
    /// <summary>Appends some layers, or none.</summary>
    public static void Append(this Sequential layers, IEnumerable<Module<Tensor, Tensor>> more)
    {
        foreach (Module<Tensor, Tensor> layer in more) layers.append(layer);
    }
}
