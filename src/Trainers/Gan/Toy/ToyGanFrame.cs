namespace MLNetGen;

/// <summary>What a <see cref="ToyGan1D"/> does at one step.</summary>
/// <param name="Step">Steps trained so far, from 0.</param>
/// <param name="Density">The generated numbers' density at <see cref="ToyGan1D.Axis"/>, smoothed with a Gaussian of deviation 0.06.</param>
/// <param name="Discriminator">D(x) at <see cref="ToyGan1D.Axis"/>: the probability that x is data, 0 to 1.</param>
/// <param name="Generated">x = G(z) for z evenly spread over [−1, 1], in the order of z.</param>
public sealed record ToyGanFrame(int Step, IReadOnlyList<double> Density, IReadOnlyList<double> Discriminator, IReadOnlyList<double> Generated)
{
    /// <summary>Mean of the generated numbers; the data's is <see cref="ToyGan1D.DataMean"/>.</summary>
    public double Mean => Generated.Average();

    /// <summary>Standard deviation of the generated numbers; the data's is <see cref="ToyGan1D.DataDeviation"/>.</summary>
    public double Deviation
    {
        get
        {
            double mean = Mean;
            return Math.Sqrt(Generated.Average(x => (x - mean) * (x - mean)));
        }
    }
}
