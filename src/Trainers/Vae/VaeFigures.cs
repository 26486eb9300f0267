using System.Globalization;
using MLNetGen.Vae;

namespace MLNetGen;

/// <summary>
/// −ELBO and its two terms, in nats per image, averaged over the rows. β is not in them.
/// Source: Kingma and Welling 2013, equation 7.
/// </summary>
/// <param name="NegativeElbo">Reconstruction + KL: an upper bound on −log p(x). Lower is better.</param>
/// <param name="Reconstruction">−log p(x|z) with z drawn once from q(z|x).</param>
/// <param name="Kl">KL(q(z|x) ‖ N(0, 1)); 0 of an autoencoder, which has no such term, and whose figures bound nothing.</param>
public sealed record VaeMetrics(double NegativeElbo, double Reconstruction, double Kl)
{
    internal VaeMetrics(double reconstruction, double kl)
        : this(reconstruction + kl, reconstruction, kl)
    {
    }

    /// <summary>
    /// An upper bound on −log p(x) by importance samples, at most <see cref="NegativeElbo"/> (but for chance) and the nearer to −log p(x) the more there are; null where none were
    /// asked for. Burda, Grosse and Salakhutdinov 2015, equation 8, arXiv:1509.00519.
    /// </summary>
    public double? NegativeIwae { get; init; }

    /// <summary>Adds them to a page, as cards.</summary>
    /// <param name="page">The page.</param>
    public void AddTo(HtmlReport page)
    {
        ArgumentNullException.ThrowIfNull(page);
        page.Figures([.. VaeReport.Figures(this, isAutoencoder: Kl == 0)]);
    }
}

/// <summary>One finished epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Averages over the epoch's steps, while the weights moved.</param>
/// <param name="Test">Over <see cref="TrainingOptions.ValidationSet"/> after the epoch; null where there is none.</param>
/// <param name="ImagesPerSecond">Training speed.</param>
/// <param name="Deviation">Of a pixel's value given z, in units of the range [0, 1], after the epoch; null where it is not learnt (<see cref="VaeTrainer.Options.LearnDeviation"/>).</param>
public sealed record VaeEpoch(int Epoch, VaeMetrics Train, VaeMetrics? Test, double ImagesPerSecond, double? Deviation = null) : ITimed
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch}: train {Terms(Train)}{(Test is null ? "" : $"; test {Terms(Test)}")}{(Deviation is { } d ? string.Create(CultureInfo.InvariantCulture, $"; deviation {d:F4}") : "")}; {ImagesPerSecond:F0} images/s");

    private static string Terms(VaeMetrics m) => m.Kl == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{m.Reconstruction:F2} nats of reconstruction")
        : string.Create(CultureInfo.InvariantCulture, $"{m.NegativeElbo:F2} nats (reconstruction {m.Reconstruction:F2} + KL {m.Kl:F2})");
}

/// <summary>Where a running <see cref="VaeTrainer"/> stands, after one step.</summary>
/// <inheritdoc/>
public sealed record VaeProgress(int Epoch, int Epochs, int Batch, int Batches, VaeMetrics Train, double ImagesPerSecond, TimeSpan Remaining)
    : EpochProgress<VaeMetrics>(Epoch, Epochs, Batch, Batches, Train, ImagesPerSecond, Remaining);

/// <summary>How far the ONNX files are from the trained modules: largest absolute difference on random input, batches of 1 and 3.</summary>
/// <param name="Encoder">Over mean and log-variance.</param>
/// <param name="Decoder">Over pixels in [0, 1].</param>
public sealed record VaeParity(double Encoder, double Decoder);
