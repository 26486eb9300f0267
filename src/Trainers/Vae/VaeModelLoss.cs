using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen.Vae;

/// <summary>The two terms of −ELBO by a saved model's networks, in ONNX Runtime: what <see cref="VaeTask"/> says in training, where the model is served; and a tighter bound.</summary>
internal static class VaeModelLoss
{
    private const int RowsAtATime = 256;

    /// <param name="context">ML.NET's.</param>
    /// <param name="coded">What the pipeline's encoder made of the rows.</param>
    /// <param name="decoder">The pipeline's decoder.</param>
    /// <param name="scores">The pipeline's <see cref="PictureScores"/>.</param>
    /// <param name="bound">The tighter bound; null leaves it out.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    /// <exception cref="InvalidOperationException">The bound of an autoencoder was asked for.</exception>
    public static VaeMetrics Of(MLContext context, IDataView coded, OnnxTransformer decoder, OnnxTransformer scores, ImportanceWeightedLoss? bound)
    {
        double nats = 0, divergence = 0, weighted = 0;
        int count = 0;
        using BatchedOnnxTransformer decoding = new(decoder, new(), ownsInner: false), scoring = new(scores, new(), ownsInner: false);
        // z drawn for a few of the encoder's rows, then on to the decoder: nothing more is held in memory.
        foreach (CodedRow[] rows in context.Data.CreateEnumerable<CodedRow>(coded, reuseRowObject: false, ignoreMissingColumns: true).Chunk(RowsAtATime))
        {
            foreach (CodedRow row in rows)
            {
                bool isAutoencoder = float.IsNegativeInfinity(row.LatentLogVariance[0]);
                if (isAutoencoder && bound is not null)
                    throw new InvalidOperationException("this model is an autoencoder, which says nothing of p(x): leave the importance samples out.");
                weighted += bound?.Of(count, row.Latent, row.LatentLogVariance, row.Pixels, row.Class[0]) ?? 0;
                float[] noise = new float[row.Latent.Length];
                LatentNoise.FillRow(noise, count++);
                for (int d = 0; d < noise.Length; d++)
                {
                    float mean = row.Latent[d], logVar = row.LatentLogVariance[d];
                    row.Latent[d] = mean + MathF.Exp(logVar / 2) * noise[d];
                    divergence -= isAutoencoder ? 0 : 0.5 * (1 + logVar - (double)mean * mean - Math.Exp(logVar));
                }
            }

            SchemaDefinition drawn = SchemaDefinition.Create(typeof(CodedRow));
            drawn[VaeColumns.Latent].ColumnType = drawn[VaeColumns.LatentLogVariance].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Latent.Length);
            drawn[VaeColumns.EncodedPixels].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Pixels.Length);
            IDataView judged = scoring.Transform(decoding.Transform(context.Data.LoadFromEnumerable(rows, drawn)));
            nats += judged.GetColumn<float[]>(VaeColumns.NegativeLogLikelihood).Sum(row => (double)row[0]);
        }

        if (count == 0)
            throw new ArgumentException("there are no rows to evaluate: give at least one.", nameof(coded));
        return new(nats / count, divergence / count) { NegativeIwae = bound is null ? null : weighted / count };
    }

    private sealed class CodedRow
    {
        public float[] Latent { get; set; } = [];

        public float[] LatentLogVariance { get; set; } = [];

        [ColumnName(VaeColumns.EncodedPixels)]
        public float[] Pixels { get; set; } = [];

        // Of a network without classes there is no such column, and its decoder reads none.
        [ColumnName(VaeColumns.ClassIndex)]
        [VectorType(1)]
        public float[] Class { get; set; } = [0];
    }
}
