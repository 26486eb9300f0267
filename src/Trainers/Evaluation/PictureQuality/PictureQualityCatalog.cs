using Microsoft.ML;
using MLNetGen.Evaluation;

namespace MLNetGen;

/// <summary>Puts <c>EvaluatePictures</c> into <c>mlContext.Generative</c>.</summary>
public static class PictureQualityCatalog
{
    extension(GenerativeCatalog catalog)
    {
        /// <summary>Holds pictures against the true ones beside them: peak signal-to-noise ratio and structural similarity.</summary>
        /// <param name="rows">At least one row; both pictures of a row have one size, of at least 11×11 pixels.</param>
        /// <param name="pictureColumnName">The pictures to judge (MLImage).</param>
        /// <param name="truthColumnName">What they should be (MLImage).</param>
        /// <exception cref="ArgumentException">A column is absent or holds no pictures, there are no rows, or two pictures differ in size or are too small.</exception>
        /// <exception cref="InvalidDataException">A row lacks a picture.</exception>
        public PictureQualityMetrics EvaluatePictures(IDataView rows, string pictureColumnName, string truthColumnName)
        {
            ArgumentNullException.ThrowIfNull(rows);
            return PictureQualityMetrics.Of(PicturePairs.Read(rows, pictureColumnName, truthColumnName));
        }
    }
}
