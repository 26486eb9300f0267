namespace MLNetGen.Vae;

/// <summary>The two terms of −ELBO, summed or averaged over images.</summary>
internal readonly record struct VaeTerms(double Reconstruction, double Kl)
{
    public bool IsFinite => double.IsFinite(Reconstruction) && double.IsFinite(Kl);

    public static VaeTerms operator +(VaeTerms a, VaeTerms b) => new(a.Reconstruction + b.Reconstruction, a.Kl + b.Kl);

    public static VaeTerms operator /(VaeTerms sum, double images) => new(sum.Reconstruction / images, sum.Kl / images);

    public VaeMetrics ToMetrics() => new(Reconstruction + Kl, Reconstruction, Kl);
}
