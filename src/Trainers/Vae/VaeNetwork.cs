using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>Encoder and decoder, joined by the reparameterisation trick while training, and the likelihood with what it learns.</summary>
/// <remarks>
/// In: float32 [N, …shape] in [0, 1], noise float32 [N, latentDimension], standard normal, and of a network of classes a one-hot row [N, classes], which the encoder
/// and the decoder both get (Kingma et al. 2014, section 2.2, arXiv:1406.5298; Sohn, Lee and Yan 2015).
/// Out: logits [N, …shape], mean and log-variance [N, latentDimension]. z = mean + exp(logVar / 2) · noise. Source: Kingma and Welling 2013, section 2.4; arXiv:1312.6114. An autoencoder's log-variance is −∞ everywhere: z is the mean, whatever the noise.
/// </remarks>
internal sealed class VaeNetwork : Module<Tensor, Tensor, Tensor?, (Tensor Logits, Tensor Mean, Tensor LogVar)>
{
    private readonly Module<Tensor, Tensor?, (Tensor Mean, Tensor LogVar)> encoder;
    private readonly Module<Tensor, Tensor> decoder;
    private readonly PixelLikelihood likelihood;

    public VaeNetwork(VaeArchitecture architecture, long[] shape, int latentDimension, int classes = 0, bool isAutoencoder = false, PixelLikelihood? likelihood = null)
        : base(nameof(VaeNetwork))
    {
        LatentDimension = latentDimension;
        Classes = classes;
        IsAutoencoder = isAutoencoder;
        if (architecture == VaeArchitecture.Mlp)
        {
            encoder = new MlpEncoder(shape, latentDimension, classes, isAutoencoder);
            decoder = new MlpDecoder(latentDimension, classes, shape);
        }
        else
        {
            encoder = new ConvolutionalEncoder(shape, latentDimension, classes, isAutoencoder);
            decoder = new ConvolutionalDecoder(latentDimension + classes, shape);
        }
        this.likelihood = likelihood ?? new(VaeLikelihood.Bernoulli, double.NaN, isLearnt: false);
        RegisterComponents();
    }

    public int LatentDimension { get; }

    /// <summary>0 for a network without.</summary>
    public int Classes { get; }

    public bool IsAutoencoder { get; }

    public Module<Tensor, Tensor?, (Tensor Mean, Tensor LogVar)> Encoder => encoder;

    /// <summary>Takes z, with a one-hot row beside it where there are classes.</summary>
    public Module<Tensor, Tensor> Decoder => decoder;

    public PixelLikelihood Likelihood => likelihood;

    public override (Tensor Logits, Tensor Mean, Tensor LogVar) forward(Tensor pixels, Tensor noise, Tensor? oneHot)
    {
        (Tensor mean, Tensor logVar) = encoder.call(pixels, oneHot);
        Tensor latent = mean + (logVar * 0.5).exp() * noise;
        return (Decode(latent, oneHot), mean, logVar);
    }

    /// <summary>z to logits.</summary>
    public Tensor Decode(Tensor latent, Tensor? oneHot) => decoder.call(oneHot is null ? latent : cat([latent, oneHot], 1));
}

/// <summary>The log-variance of an autoencoder's code, which has no noise: −∞.</summary>
/// <remarks>In: float32 [N, any]. Out: float32 [N, latentDimension].</remarks>
internal sealed class NoVariance(int latentDimension) : Module<Tensor, Tensor>(nameof(NoVariance)), IOnnxConvertible
{
    public override Tensor forward(Tensor h) => full(h.shape[0], latentDimension, double.NegativeInfinity, device: h.device);

    public void ToOnnx(OnnxCall call)
    {
        float[] none = new float[latentDimension];
        Array.Fill(none, float.NegativeInfinity);
        // One number a row says how many rows there are.
        call.SetOutput(call.Input().Slice(1, 0, 1) * 0 + call.Constant(none, latentDimension));
    }
}

/// <summary>Layers that are told a class.</summary>
internal static class ClassedLayers
{
    /// <summary>Runs layers; a one-hot row, where there is one, joins the input of every dense layer among them.</summary>
    public static Tensor CallWith(this Sequential layers, Tensor? oneHot, Tensor input, Concat join)
    {
        if (oneHot is null)
            return layers.call(input);
        foreach (Module<Tensor, Tensor> layer in layers.children().Cast<Module<Tensor, Tensor>>())
            input = layer.call(layer is Linear ? join.call([input, oneHot]) : input);
        return input;
    }
}
