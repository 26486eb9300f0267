using Microsoft.ML;

namespace MLNetGen.Vae;

/// <summary>
/// −log p(x) with K importance samples, in nats: −log 1/K Σ p(x|z) p(z) / q(z|x), z drawn from q(z|x). Its mean over draws is an upper bound on −log p(x), that of −ELBO
/// at K = 1 and lower the larger K is. Source: Burda, Grosse and Salakhutdinov 2015, equation 8, arXiv:1509.00519.
/// </summary>
internal sealed class ImportanceWeightedBound : IDisposable
{
    // Samples decoded at once: memory for wide pictures stays bounded.
    private const int Batch = 100;

    private readonly VaeParts parts;
    private readonly int samples;
    private readonly PipelineSession decoder, scores;
    private readonly int latentDimension, length;
    private int rows;

    public ImportanceWeightedBound(MLContext context, VaeParts parts, int samples)
    {
        this.parts = parts;
        this.samples = samples;
        latentDimension = parts.LatentDimension;
        length = checked((int)parts.Shape.Aggregate(1L, (a, b) => a * b));
        decoder = new PipelineSession(context, parts.Decoder);
        scores = new PipelineSession(context, parts.Scores);
    }

    /// <summary>Of the next row; the same draws in every evaluation.</summary>
    public double Next(ReadOnlySpan<float> mean, ReadOnlySpan<float> logVar, ReadOnlySpan<float> pixels)
    {
        LogSum weights = new();
        float[] latent = new float[Math.Min(samples, Batch) * latentDimension], repeated = new float[Math.Min(samples, Batch) * length];
        double[] logRatio = new double[Math.Min(samples, Batch)];
        for (int i = 0; i < logRatio.Length; i++)
            pixels.CopyTo(repeated.AsSpan(i * length));
        for (int first = 0; first < samples; first += Batch)
        {
            int count = Math.Min(Batch, samples - first);
            if (count < logRatio.Length)
                (latent, repeated) = (latent[..(count * latentDimension)], repeated[..(count * length)]);
            for (int i = 0; i < count; i++)
                logRatio[i] = Draw(mean, logVar, first + i, latent.AsSpan(i * latentDimension, latentDimension));
            float[] logits = decoder.Run(VaeColumns.Logits, (VaeColumns.Latent, latent, [count, latentDimension]));
            long[] shape = [count, .. parts.Shape];
            float[] nats = scores.Run(VaeColumns.NegativeLogLikelihood, (VaeColumns.EncodedPixels, repeated, shape), (VaeColumns.Logits, logits, shape));
            for (int i = 0; i < count; i++)
                weights.Add(logRatio[i] - nats[i]);
        }
        rows++;
        return Math.Log(samples) - weights.Value;
    }

    public void Dispose()
    {
        decoder.Dispose();
        scores.Dispose();
    }

    // Draws z and gives log p(z) / q(z|x): the factors of 2π are the same in both.
    private double Draw(ReadOnlySpan<float> mean, ReadOnlySpan<float> logVar, int sample, Span<float> latent)
    {
        LatentRows.Fill(latent, rows, sample);
        double log = 0;
        for (int d = 0; d < latent.Length; d++)
        {
            double noise = latent[d], z = mean[d] + Math.Exp(logVar[d] / 2.0) * noise;
            latent[d] = (float)z;
            log += 0.5 * (logVar[d] + noise * noise - z * z);
        }
        return log;
    }

    /// <summary>log Σ exp, of numbers as they come.</summary>
    private struct LogSum()
    {
        private double largest = double.NegativeInfinity, sum = 0;

        public readonly double Value => largest + Math.Log(sum);

        public void Add(double log)
        {
            if (log > largest)
                (largest, sum) = (log, sum * Math.Exp(largest - log) + 1);
            else
                sum += Math.Exp(log - largest);
        }
    }
}
