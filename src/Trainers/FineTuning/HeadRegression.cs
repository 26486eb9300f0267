using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace MLNetGen.FineTuning;

/// <summary>
/// Multinomial logistic regression over features of mean 0 and one deviation, to its optimum: the least of the rows' summed cross-entropy and half the L2 strength times the weights' squares
/// (the biases' not), by ML.NET's L-BFGS.
/// </summary>
/// <param name="Weights">[classes, features], row-major.</param>
/// <param name="Biases">[classes].</param>
internal sealed record HeadRegression(float[] Weights, float[] Biases)
{
    // Of the loss, relative: as far as float32 goes.
    private const float Tolerance = 1e-9f;

    /// <param name="features">A row each.</param>
    /// <param name="classes">Of each row.</param>
    /// <param name="classCount">Classes; some may have no row.</param>
    /// <param name="l2">The strength.</param>
    public static HeadRegression Fit(IReadOnlyList<float[]> features, IReadOnlyList<int> classes, int classCount, double l2)
    {
        int length = features[0].Length;
        // A context of its own: the user's log is not told of a regression's iterations.
        MLContext context = new(seed: 1);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), classCount);
        // ML.NET adds 1 to what an object has for a key.
        IDataView rows = context.Data.LoadFromEnumerable(features.Zip(classes, (row, label) => new Row { Features = row, Label = (uint)label }).ToArray(), schema);
        MaximumEntropyModelParameters model = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            L1Regularization = 0,
            L2Regularization = (float)l2,
            OptimizationTolerance = Tolerance,
            HistorySize = 50,
            // Sums come in the same order every time.
            NumberOfThreads = 1,
        }).Fit(rows).Model;
        VBuffer<float>[] weights = [];
        model.GetWeights(ref weights, out _);
        return new([.. weights.SelectMany(one => one.DenseValues())], [.. model.GetBiases()]);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public uint Label { get; set; }
    }
}
