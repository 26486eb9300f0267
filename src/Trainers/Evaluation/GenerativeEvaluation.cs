using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Evaluation;
using TorchSharp;

namespace MLNetGen;

/// <summary>Puts <c>Evaluate</c> into <c>mlContext.Generative</c>.</summary>
public static class GenerativeEvaluation
{
    extension(GenerativeCatalog catalog)
    {
        /// <summary>Judges generated rows by real ones, on features that both have.</summary>
        /// <param name="real">Rows that no generator has been trained on, at least 6; some hundreds for a figure worth reading.</param>
        /// <param name="generated">Generated rows, about as many.</param>
        /// <param name="featureColumnName">
        /// A column of both: a vector of Single or Double of the same known size. A column of pictures is taken as by the other overload.
        /// </param>
        /// <exception cref="ArgumentException">The column is absent, of another type, of two sizes, or there are too few rows.</exception>
        /// <exception cref="InvalidDataException">A feature is not a finite number.</exception>
        public GenerativeMetrics Evaluate(IDataView real, IDataView generated, string featureColumnName)
        {
            ArgumentNullException.ThrowIfNull(real);
            ArgumentNullException.ThrowIfNull(generated);
            ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
            if (NetworkInput.Find(real, featureColumnName).Type is ImageDataViewType)
                return catalog.Evaluate(real, generated, featureColumnName, extractor: null);
            using var scope = torch.NewDisposeScope();
            string[] columns = [featureColumnName];
            GenerativeMetrics metrics = FeatureEvaluation.Evaluate(
                FeatureColumn.Read(real, columns, "real")[0], FeatureColumn.Read(generated, columns, "generated")[0], $"column '{featureColumnName}'");
            FeatureEvaluation.Warn(catalog.Context, metrics);
            return metrics;
        }

        /// <summary>Judges generated pictures by real ones.</summary>
        /// <param name="real">Pictures that no generator has been trained on, at least 6; 100 for precision and its like, twice as many as features for the Fréchet distance.</param>
        /// <param name="generated">Generated pictures, about as many; of any size.</param>
        /// <param name="imageColumnName">A column of both: pictures (MLImage).</param>
        /// <param name="extractor">
        /// What turns pictures into features. Null makes <see cref="FeatureExtractor.Default"/> of <paramref name="real"/>, at the size of <paramref name="generated"/>; better make it once, of
        /// the generator's training pictures, and use it for every figure that is to compare.
        /// </param>
        /// <param name="maximumRowCount">How many rows of either are looked at, evenly spread; 0: all. ResNet-18 takes some 35 ms a picture on two cores.</param>
        /// <exception cref="ArgumentException">The column is absent or of another type, or there are too few rows.</exception>
        /// <exception cref="InvalidDataException">A picture cannot be read.</exception>
        public GenerativeMetrics Evaluate(
            IDataView real, IDataView generated, string imageColumnName = "Image", FeatureExtractor? extractor = null, int maximumRowCount = 0)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(maximumRowCount);
            ArgumentNullException.ThrowIfNull(real);
            ArgumentNullException.ThrowIfNull(generated);
            ArgumentException.ThrowIfNullOrEmpty(imageColumnName);
            (IDataView Real, IDataView Generated) taken = maximumRowCount == 0 ? (real, generated) : (RowSubset.Spread(real, maximumRowCount), RowSubset.Spread(generated, maximumRowCount));
            if (extractor is not null)
                return PictureEvaluation.Evaluate(catalog.Context, taken.Real, taken.Generated, imageColumnName, extractor);
            int size = NetworkInput.Find(generated, imageColumnName).Type is ImageDataViewType { Height: >= RandomFilters.MinSize } picture ? Math.Min(picture.Height, picture.Width) : 0;
            using FeatureExtractor made = FeatureExtractor.Default(catalog.Context, real, imageColumnName, imageSize: size);
            return PictureEvaluation.Evaluate(catalog.Context, taken.Real, taken.Generated, imageColumnName, made);
        }

        /// <summary>
        /// Trains a small classifier to tell generated rows from real ones, and asks it about those that it has not seen: 50 % are told rightly where the two cannot be told apart.
        /// Of a GAN it answers what no loss says: whether a discriminator that is wrong half of the time is weak, or the generator good.
        /// </summary>
        /// <param name="real">Rows that no generator has been trained on, at least 20; some hundreds for a figure worth reading.</param>
        /// <param name="generated">Generated rows; as many are used as there are of the fewer.</param>
        /// <param name="columnName">A column of both: pictures (MLImage), looked at in the size of the generated ones, 64×64 at most; or a vector of Single or Double of the same known size.</param>
        /// <param name="seed">Of the two halves, the classifier and its training: the same gives the same figure on one machine (on the CPU).</param>
        /// <exception cref="ArgumentException">The column is absent, of another type, of two sizes, or there are too few rows.</exception>
        /// <exception cref="InvalidDataException">A picture cannot be read, or a feature is not a finite number.</exception>
        public TwoSampleMetrics EvaluateTwoSample(IDataView real, IDataView generated, string columnName = "Image", int seed = 0)
        {
            ArgumentNullException.ThrowIfNull(real);
            ArgumentNullException.ThrowIfNull(generated);
            ArgumentException.ThrowIfNullOrEmpty(columnName);
            return NetworkInput.Find(real, columnName).Type is ImageDataViewType
                ? TwoSampleTest.OfPictures(catalog.Context, real, generated, columnName, seed)
                : TwoSampleTest.OfVectors(catalog.Context, real, generated, columnName, seed);
        }
    }
}
