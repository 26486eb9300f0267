using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Evaluation;

/// <summary>The planes of a picture that are compared, 0 to 255, row by row.</summary>
internal static class PictureChannel
{
    public static IEnumerable<double[]> Of(Picture picture, PictureChannels channels) =>
        channels == PictureChannels.Luminance ? [Luminance(picture)] : Enumerable.Range(0, 3).Select(channel => Plane(picture, channel));

    private static double[] Plane(Picture picture, int channel)
    {
        int from = picture.Channels == 1 ? 0 : channel;
        double[] plane = new double[picture.Width * picture.Height];
        for (int i = 0; i < plane.Length; i++, from += picture.Channels)
            plane[i] = picture.Pixels[from];
        return plane;
    }

    private static double[] Luminance(Picture picture)
    {
        (int green, int blue) = picture.Channels == 1 ? (0, 0) : (1, 2);
        double[] plane = new double[picture.Width * picture.Height];
        for (int i = 0, from = 0; i < plane.Length; i++, from += picture.Channels)
            plane[i] = 16 + (65.481 * picture.Pixels[from] + 128.553 * picture.Pixels[from + green] + 24.966 * picture.Pixels[from + blue]) / 255;
        return plane;
    }
}

/// <summary>Weighted means over every 11×11 window inside a plane; the weights are a Gaussian's, σ 1.5, and sum to 1.</summary>
internal static class GaussianWindow
{
    public const int Size = 11;

    private const double Sigma = 1.5;

    private static readonly double[] Weights = Normalized([.. Enumerable.Range(-Size / 2, Size).Select(x => Math.Exp(-x * x / (2 * Sigma * Sigma)))]);

    /// <returns>[height − 10, width − 10].</returns>
    public static double[] Means(Func<int, double> value, int width, int height)
    {
        int narrow = width - Size + 1, low = height - Size + 1;
        double[] rows = new double[height * narrow];
        double[] line = new double[width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                line[x] = value(y * width + x);
            for (int x = 0; x < narrow; x++)
            {
                double sum = 0;
                for (int k = 0; k < Size; k++)
                    sum += Weights[k] * line[x + k];
                rows[y * narrow + x] = sum;
            }
        }
        double[] means = new double[low * narrow];
        for (int y = 0; y < low; y++)
            for (int k = 0; k < Size; k++)
                for (int x = 0; x < narrow; x++)
                    means[y * narrow + x] += Weights[k] * rows[(y + k) * narrow + x];
        return means;
    }

    private static double[] Normalized(double[] weights)
    {
        double sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }
}

/// <summary>Two columns of pictures, a pair a row, read once.</summary>
internal static class PicturePairs
{
    /// <exception cref="ArgumentException">A column is absent or holds no pictures.</exception>
    public static IEnumerable<(Picture Picture, Picture Truth)> Read(IDataView rows, string pictureColumnName, string truthColumnName)
    {
        DataViewSchema.Column picture = ImageColumn.Find(rows.Schema, pictureColumnName), truth = ImageColumn.Find(rows.Schema, truthColumnName);
        using DataViewRowCursor cursor = rows.GetRowCursor([picture, truth]);
        ValueGetter<MLImage> getPicture = cursor.GetGetter<MLImage>(picture), getTruth = cursor.GetGetter<MLImage>(truth);
        MLImage? a = null, b = null;
        while (cursor.MoveNext())
        {
            getPicture(ref a!);
            getTruth(ref b!);
            if (a is null || b is null)
                throw new InvalidDataException($"row {cursor.Position} has no picture in column '{(a is null ? pictureColumnName : truthColumnName)}': filter such rows out first.");
            yield return (Picture.FromImage(a), Picture.FromImage(b));
        }
    }
}
