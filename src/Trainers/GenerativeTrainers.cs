using Microsoft.ML;

namespace MLNetGen;

/// <summary>The trainers of <c>mlContext.Generative</c>.</summary>
public sealed class GenerativeTrainers
{
    private readonly MLContext context;

    internal GenerativeTrainers(MLContext context) => this.context = context;

    /// <summary>A variational autoencoder with the default network and settings for its column.</summary>
    /// <param name="inputColumnName">A column of pictures (MLImage), or of vectors of Single of one known size with values in [0, 1].</param>
    /// <param name="latentDimension">Length of the latent vector; at least 1.</param>
    /// <param name="epochs">Passes over the training rows; at least 1.</param>
    public VaeTrainer Vae(string inputColumnName = "Image", int latentDimension = 20, int epochs = 20) =>
        Vae(new VaeTrainer.Options { InputColumnName = inputColumnName, LatentDimension = latentDimension, Epochs = epochs });

    /// <summary>A variational autoencoder.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public VaeTrainer Vae(VaeTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new VaeTrainer(context, options);
    }

    /// <summary>A deep convolutional generative adversarial network with the default networks and settings for its column.</summary>
    /// <param name="imageColumnName">A column of pictures (MLImage).</param>
    /// <param name="steps">Training steps; at least 1.</param>
    public DcganTrainer Dcgan(string imageColumnName = "Image", int steps = 20_000) =>
        Dcgan(new DcganTrainer.Options { ImageColumnName = imageColumnName, Steps = steps });

    /// <summary>A deep convolutional generative adversarial network.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public DcganTrainer Dcgan(DcganTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DcganTrainer(context, options);
    }

    /// <summary>A mixture of normal distributions over vectors, such as the codes of a VAE, to draw where the data are and to tell how usual a row is.</summary>
    /// <param name="inputColumnName">A column of vectors of Single of one known size.</param>
    /// <param name="numberOfComponents">Normal distributions in the mixture; at least 1.</param>
    public GaussianMixtureTrainer GaussianMixture(string inputColumnName = "Latent", int numberOfComponents = 10) =>
        GaussianMixture(new GaussianMixtureTrainer.Options { InputColumnName = inputColumnName, NumberOfComponents = numberOfComponents });

    /// <summary>A mixture of normal distributions over vectors.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public GaussianMixtureTrainer GaussianMixture(GaussianMixtureTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new GaussianMixtureTrainer(context, options);
    }
}

/// <summary>Puts the trainers into <c>mlContext.Generative</c>.</summary>
public static class GenerativeTrainersExtensions
{
    extension(GenerativeCatalog catalog)
    {
        /// <summary>Trainers of generative models.</summary>
        public GenerativeTrainers Trainers => new(catalog.Context);
    }
}
