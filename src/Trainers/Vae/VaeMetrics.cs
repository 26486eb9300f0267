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
