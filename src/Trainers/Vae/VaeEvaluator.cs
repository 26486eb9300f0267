using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Vae;

/// <summary>−ELBO, and a tighter bound, from a pipeline's own ONNX models, so that a saved model can be judged where it is served.</summary>
internal static class VaeEvaluator
{
    public static VaeMetrics Evaluate(MLContext context, VaeParts parts, IDataView rows, int importanceSamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(importanceSamples);
        IDataView coded = parts.Encoder.Transform(parts.Preprocess.Transform(rows));
        double nats = 0, divergence = 0, bound = 0;
        long count = 0;
        if (importanceSamples > 0 && context.Data.CreateEnumerable<CodedRow>(coded, reuseRowObject: false).FirstOrDefault() is { } one && float.IsNegativeInfinity(one.LatentLogVariance[0]))
            throw new InvalidOperationException("this model is an autoencoder, which says nothing of p(x): leave the importance samples out.");
        using ImportanceWeightedBound? weighted = importanceSamples > 0 ? new(context, parts, importanceSamples) : null;

        // The encoder's rows one at a time, z drawn for each, on to the decoder: nothing is held in memory. ML.NET may
        // read ahead of the loop below, on a thread of its own.
        IEnumerable<DrawnRow> Draw()
        {
            float[] noise = new float[parts.LatentDimension];
            long drawnRow = 0;
            foreach (CodedRow row in context.Data.CreateEnumerable<CodedRow>(coded, reuseRowObject: false))
            {
                LatentNoise.FillRow(noise, drawnRow++);
                float[] latent = new float[noise.Length];
                double kl = 0;
                for (int d = 0; d < latent.Length; d++)
                {
                    float mean = row.Latent[d], logVar = row.LatentLogVariance[d];
                    latent[d] = mean + MathF.Exp(logVar / 2) * noise[d];
                    if (!float.IsNegativeInfinity(logVar)) // An autoencoder's.
                        kl -= 0.5 * (1 + logVar - (double)mean * mean - Math.Exp(logVar));
                }
                yield return new DrawnRow { Latent = latent, Pixels = row.Pixels, Kl = kl, Bound = weighted?.Next(row.Latent, row.LatentLogVariance, row.Pixels) ?? 0 };
            }
        }

        SchemaDefinition definition = SchemaDefinition.Create(typeof(DrawnRow));
        definition[nameof(DrawnRow.Latent)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, parts.LatentDimension);
        definition[VaeColumns.EncodedPixels].ColumnType = new VectorDataViewType(NumberDataViewType.Single, checked((int)parts.Shape.Aggregate(1L, (a, b) => a * b)));
        IDataView drawn = context.Data.LoadFromEnumerable(Draw(), definition);
        IDataView judged = parts.Scores.Transform(parts.Decoder.Transform(drawn));

        foreach (JudgedRow row in context.Data.CreateEnumerable<JudgedRow>(judged, reuseRowObject: true))
        {
            nats += row.NegativeLogLikelihood[0];
            divergence += row.Kl;
            bound += row.Bound;
            count++;
        }
        if (count == 0)
            throw new ArgumentException("there are no rows to evaluate: give at least one.", nameof(rows));
        return new(nats / count, divergence / count) { NegativeIwae = weighted is null ? null : bound / count };
    }

    private sealed class CodedRow
    {
        public float[] Latent { get; set; } = [];

        public float[] LatentLogVariance { get; set; } = [];

        [ColumnName(VaeColumns.EncodedPixels)]
        public float[] Pixels { get; set; } = [];
    }

    private sealed class DrawnRow
    {
        public float[] Latent { get; set; } = [];

        [ColumnName(VaeColumns.EncodedPixels)]
        public float[] Pixels { get; set; } = [];

        public double Kl { get; set; }

        public double Bound { get; set; }
    }

    private sealed class JudgedRow
    {
        [ColumnName(VaeColumns.NegativeLogLikelihood)]
        public float[] NegativeLogLikelihood { get; set; } = [];

        public double Kl { get; set; }

        public double Bound { get; set; }
    }
}
