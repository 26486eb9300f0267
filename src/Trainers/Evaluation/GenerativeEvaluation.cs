using Microsoft.ML;
using MLNetGen.Evaluation;

namespace MLNetGen;

/// <summary>Puts <c>Evaluate</c> into <c>mlContext.Generative</c>.</summary>
public static class GenerativeEvaluation
{
    extension(GenerativeCatalog catalog)
    {
        /// <summary>Judges generated rows by real ones, on features that both have.</summary>
        /// <param name="real">Rows that no generator has been trained on, at least 6; some hundreds for a figure worth reading.</param>
        /// <param name="generated">Generated rows, about as many.</param>
        /// <param name="featureColumnName">A column of both: a vector of Single or Double of the same known size.</param>
        /// <exception cref="ArgumentException">The column is absent, of another type, of two sizes, or there are too few rows.</exception>
        /// <exception cref="InvalidDataException">A feature is not a finite number.</exception>
        public GenerativeMetrics Evaluate(IDataView real, IDataView generated, string featureColumnName)
        {
            ArgumentNullException.ThrowIfNull(real);
            ArgumentNullException.ThrowIfNull(generated);
            ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
            return FeatureEvaluation.Evaluate(catalog.Context, real, generated, featureColumnName, $"column '{featureColumnName}'");
        }
    }
}
