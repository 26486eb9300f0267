using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen.Vae;

/// <summary>
/// −log p(x) with K importance samples, in nats: −log 1/K Σ p(x|z) p(z) / q(z|x), z drawn from q(z|x). Its mean over draws is an upper bound on −log p(x), that of −ELBO
/// at K = 1 and lower the larger K is. Source: Burda, Grosse and Salakhutdinov 2015, equation 8, arXiv:1509.00519.
/// </summary>
internal sealed class ImportanceWeightedLoss : IDisposable
{
    // Samples decoded at once: memory for wide pictures stays bounded.
    private const int Batch = 100;

    private readonly long[] shape;
    private readonly int latentDimension, length, samples;
    private readonly bool conditional;
    private readonly PipelineSession decoder, scores;

    /// <param name="decoder">The pipeline's decoder.</param>
    /// <param name="scores">The pipeline's <see cref="PictureScores"/>.</param>
    /// <param name="latentDimension">Length of z.</param>
    /// <param name="shape">Of a row of pixels.</param>
    /// <param name="conditional">Whether the decoder takes a class.</param>
    /// <param name="samples">K.</param>
    public ImportanceWeightedLoss(OnnxTransformer decoder, OnnxTransformer scores, int latentDimension, long[] shape, bool conditional, int samples)
    {
        (this.latentDimension, this.shape, this.conditional, this.samples) = (latentDimension, shape, conditional, samples);
        length = checked((int)shape.Aggregate(1L, (a, b) => a * b));
        this.decoder = new PipelineSession(decoder);
        this.scores = new PipelineSession(scores);
    }

    /// <summary>Of one row: the same draws in every evaluation.</summary>
    /// <param name="row">Its place.</param>
    /// <param name="mean">Of q(z|x).</param>
    /// <param name="logVar">Of q(z|x).</param>
    /// <param name="pixels">x.</param>
    /// <param name="classIndex">Not read without classes.</param>
    public double Of(int row, ReadOnlySpan<float> mean, ReadOnlySpan<float> logVar, ReadOnlySpan<float> pixels, float classIndex)
    {
        LogSum weights = new();
        for (int first = 0; first < samples; first += Batch)
        {
            int count = Math.Min(Batch, samples - first);
            float[] latent = new float[count * latentDimension], repeated = new float[count * length], classes = new float[count];
            double[] logRatio = new double[count];
            Array.Fill(classes, classIndex);
            for (int i = 0; i < count; i++)
            {
                pixels.CopyTo(repeated.AsSpan(i * length));
                logRatio[i] = Draw(row, first + i, mean, logVar, latent.AsSpan(i * latentDimension, latentDimension));
            }
            (string, float[], long[]) z = (VaeColumns.Latent, latent, [count, latentDimension]);
            float[] logits = conditional ? decoder.Run(VaeColumns.Logits, z, (VaeColumns.ClassIndex, classes, [count, 1])) : decoder.Run(VaeColumns.Logits, z);
            float[] nats = scores.Run(VaeColumns.NegativeLogLikelihood, (VaeColumns.EncodedPixels, repeated, [count, .. shape]), (VaeColumns.Logits, logits, [count, .. shape]));
            for (int i = 0; i < count; i++)
                weights.Add(logRatio[i] - nats[i]);
        }
        return Math.Log(samples) - weights.Value;
    }

    public void Dispose()
    {
        decoder.Dispose();
        scores.Dispose();
    }

    // Draws z and gives log p(z) / q(z|x): the factors of 2π are the same in both.
    private static double Draw(int row, int sample, ReadOnlySpan<float> mean, ReadOnlySpan<float> logVar, Span<float> latent)
    {
        LatentRows.Fill(latent, row, sample);
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
