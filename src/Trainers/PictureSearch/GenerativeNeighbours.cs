using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.PictureSearch;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>Puts <c>FindNearestPictures</c> into <c>mlContext.Generative</c>.</summary>
public static class GenerativeNeighbours
{
    extension(GenerativeCatalog catalog)
    {
        /// <summary>
        /// Finds the training picture that is nearest to each generated one, to see whether a model draws new pictures or
        /// copies. How near is near, the same question about real pictures that it was not trained on will tell.
        /// </summary>
        /// <remarks>After Goodfellow et al. 2014, figure 2, arXiv:1406.2661, which shows nearest neighbours for this reason.</remarks>
        /// <param name="generated">Generated rows, at least one.</param>
        /// <param name="training">The rows that the model was trained on, at least one; their pixels are held in memory as bytes.</param>
        /// <param name="imageColumnName">A column of pictures of both.</param>
        /// <param name="featureColumnName">
        /// A column of both to measure the distance in, vectors of Single of the same known size; null: the pixels.
        /// </param>
        /// <param name="imageSize">Height and width at which pictures are compared; 0: the smaller side of the first generated one, at most 64.</param>
        /// <param name="resizing">How pictures come to that size: as the model's own training did it.</param>
        /// <exception cref="ArgumentException">A column is absent or of another type, or there are no rows.</exception>
        /// <exception cref="InvalidDataException">A row has no picture, or it cannot be read.</exception>
        public NearestPictures FindNearestPictures(
            IDataView generated, IDataView training, string imageColumnName = "Image", string? featureColumnName = null, int imageSize = 0,
            ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.IsoCrop)
        {
            ArgumentNullException.ThrowIfNull(generated);
            ArgumentNullException.ThrowIfNull(training);
            ArgumentOutOfRangeException.ThrowIfNegative(imageSize);
            foreach (IDataView rows in (IDataView[])[generated, training])
                ImageColumn.Find(rows.Schema, imageColumnName);

            using var scope = NewDisposeScope();
            PictureInput own = PictureInput.Decide(catalog.Context, generated, imageColumnName, imageSize, 0, resizing);
            int channels = Math.Max(own.Channels, PictureInput.Decide(catalog.Context, training, imageColumnName, own.Height, 0, resizing).Channels);
            PictureInput column = new(catalog.Context, imageColumnName, channels, own.Height, own.Width, resizing);
            Tensor drawn = column.Read(generated, CancellationToken.None), known = column.Read(training, CancellationToken.None);
            IReadOnlyList<NearestPicture> nearest = featureColumnName is null
                ? NeighbourSearch.Find(drawn.flatten(1), known.flatten(1), column.Scale)
                : NearestByFeatures(featureColumnName);
            return new NearestPictures(nearest, Pictures(drawn), Pictures(known.index_select(0, tensor([.. nearest.Select(row => (long)row.TrainingRow)]))));

            IReadOnlyList<NearestPicture> NearestByFeatures(string name)
            {
                (Tensor asked, Tensor among) = (Features(generated, name), Features(training, name));
                return asked.shape[1] == among.shape[1] ? NeighbourSearch.Find(asked, among, 1)
                    : throw new ArgumentException($"column '{name}' has {asked.shape[1]} values in generated rows and {among.shape[1]} in training rows: take the features of both from one model.");
            }

            IReadOnlyList<Picture> Pictures(Tensor bytes) => (bytes.to_type(ScalarType.Float32) * column.Scale).ToPictures();
        }
    }

    private static Tensor Features(IDataView rows, string name)
    {
        List<float[]> values = LatentPath.Read(rows, name);
        return tensor([.. values.SelectMany(row => row)], [values.Count, values[0].Length]);
    }
}
