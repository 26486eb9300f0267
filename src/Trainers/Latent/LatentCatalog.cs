using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Latent;

namespace MLNetGen;

/// <summary>Puts pictures of latent spaces into <c>mlContext.Generative</c>.</summary>
public static class LatentCatalog
{
    private const string Projection = "mlnetgen.projection", Image = "Image", Reconstruction = "Reconstruction", ReconstructionError = "ReconstructionError";

    // Of the codes on each axis, so many are left out on either side, lest a stray one decide the range.
    private const double Tail = 0.01;

    // What that is of the standard normal distribution.
    private const double NormalTail = 2.326;

    extension(GenerativeCatalog catalog)
    {
        /// <summary>Draws each picture over its reconstruction, with the mean squared error per pixel in [0, 1] below.</summary>
        /// <param name="rows">Rows that a VAE has transformed, at least one: with <c>Reconstruction</c> and <c>ReconstructionError</c>.</param>
        /// <param name="columns">Pairs a row, at least 1.</param>
        /// <param name="worstFirst">Whether they are drawn in the order of their errors, the largest first; otherwise in their own.</param>
        /// <param name="imageColumnName">The column of pictures that the VAE was trained on.</param>
        /// <exception cref="ArgumentException">A column is absent or of another type, there are no rows, or the sheet would be too large.</exception>
        /// <exception cref="InvalidDataException">A row has no picture.</exception>
        public Picture DrawReconstructions(IDataView rows, int columns = 8, bool worstFirst = false, string imageColumnName = Image)
        {
            ArgumentNullException.ThrowIfNull(rows);
            List<(Picture Pair, float Error)> pairs = [];
            DataViewSchema.Column original = ImageColumn.Find(rows.Schema, imageColumnName), again = ImageColumn.Find(rows.Schema, Reconstruction), error = LatentPath.Find(rows, ReconstructionError);
            using DataViewRowCursor cursor = rows.GetRowCursor([original, again, error]);
            ValueGetter<MLImage> getOriginal = cursor.GetGetter<MLImage>(original), getAgain = cursor.GetGetter<MLImage>(again);
            ValueGetter<VBuffer<float>> getError = cursor.GetGetter<VBuffer<float>>(error);
            (MLImage? from, MLImage? to, VBuffer<float> value) = (null, null, default);
            while (cursor.MoveNext())
            {
                getOriginal(ref from!);
                getAgain(ref to!);
                getError(ref value);
                if (from is null)
                    throw new InvalidDataException($"row {cursor.Position} has no picture in column '{imageColumnName}'.");
                Picture made = Picture.FromImage(to);
                pairs.Add((PictureGrid.Draw([PictureResize.ToCover(Picture.FromImage(from), made.Width, made.Height), made], columns: 1, gap: 0), value.GetItemOrDefault(0)));
            }
            if (pairs.Count == 0)
                throw new ArgumentException("there are no rows to draw: give at least one.", nameof(rows));
            return ContactSheet.Draw(
                [.. (worstFirst ? pairs.OrderByDescending(pair => pair.Error) : pairs.AsEnumerable()).Select(pair => (pair.Pair, pair.Error.ToString("F4", CultureInfo.InvariantCulture)))], columns);
        }

        /// <summary>
        /// Draws latent vectors as points, coloured by label: those of two values as they are; of longer ones, their first two principal components by ML.NET's
        /// <c>ProjectToPrincipalComponents</c>, with the share of the variance that each has.
        /// </summary>
        /// <param name="codes">Coded rows, at least two.</param>
        /// <param name="columnName">A column of vectors of Single of one known size of at least 2.</param>
        /// <param name="labelColumnName">A column of labels: text, keys, numbers, or true and false; null for none. The eleven most frequent have a colour of their own.</param>
        /// <exception cref="ArgumentException">A column is absent or of another type, or there are too few rows.</exception>
        public Picture DrawLatent(IDataView codes, string columnName = "Latent", string? labelColumnName = "Label")
        {
            ArgumentNullException.ThrowIfNull(codes);
            int dimension = Dimension(codes, columnName);
            if (dimension < 2)
                throw new ArgumentException($"column '{columnName}' has vectors of one value: DrawCodeLine draws those.", nameof(columnName));
            (List<float[]> rows, List<string> labels) = Read(catalog.Context, codes, columnName, labelColumnName);
            if (rows.Count < 2)
                throw new ArgumentException($"there are {rows.Count} rows to draw: give at least two.", nameof(codes));
            if (dimension == 2)
                return LatentScatter.Draw([.. rows.Select(row => ((double)row[0], (double)row[1]))], labels, "latent dimension 0", "latent dimension 1");

            IDataView projected = catalog.Context.Transforms.ProjectToPrincipalComponents(Projection, columnName, rank: 2, seed: 1).Fit(codes).Transform(codes);
            List<float[]> plane = LatentPath.Read(projected, Projection);
            double whole = Enumerable.Range(0, dimension).Sum(i => Variance(rows, i));
            string Title(int i) => string.Create(CultureInfo.InvariantCulture, $"principal component {i + 1} ({Variance(plane, i) / whole:P0} of the variance)");
            return LatentScatter.Draw([.. plane.Select(row => ((double)row[0], (double)row[1]))], labels, Title(0), Title(1));
        }

        /// <summary>Draws what equally spaced latent vectors of two values are decoded to: the first runs to the right, the second upwards, as in <see cref="DrawLatent"/>.</summary>
        /// <remarks>After Kingma and Welling 2013, figure 4, arXiv:1312.6114.</remarks>
        /// <param name="decoder">Makes a column <c>Image</c> of one of <c>Latent</c>: <see cref="VaeTransformer.Decoder"/>, or a generator of latent dimension 2.</param>
        /// <param name="codes">Coded rows, whose middle 98 % on either axis are the range; null: those of the standard normal distribution, −2.33 to 2.33.</param>
        /// <param name="steps">Pictures a side, at least 2.</param>
        /// <param name="columnName">A column of <paramref name="codes"/>: vectors of two Single.</param>
        /// <param name="classIndex">Of a decoder of classes: which one is drawn, from 0; null of one without.</param>
        /// <exception cref="ArgumentException">The column is absent or of another type, there are no rows, or the decoder takes other vectors.</exception>
        public Picture DrawManifold(ITransformer decoder, IDataView? codes = null, int steps = 20, string columnName = "Latent", int? classIndex = null)
        {
            ArgumentNullException.ThrowIfNull(decoder);
            ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
            ((double From, double To) x, (double From, double To) y) = ((-NormalTail, NormalTail), (-NormalTail, NormalTail));
            if (codes is not null)
            {
                if (Dimension(codes, columnName) != 2)
                    throw new ArgumentException($"column '{columnName}' has vectors of {Dimension(codes, columnName)} values: a manifold in the plane needs 2.", nameof(columnName));
                List<float[]> rows = LatentPath.Read(codes, columnName);
                (x, y) = (Range(rows, 0), Range(rows, 1));
            }
            IDataView grid = LatentRows.Create(steps * steps, 2, (row, values) =>
            {
                values[0] = (float)(x.From + ((x.To - x.From) * (row % steps) / (steps - 1)));
                values[1] = (float)(y.To - ((y.To - y.From) * (row / steps) / (steps - 1)));
            }, ClassesOf(classIndex));
            return PictureGrid.Draw(ImageColumn.Read(decoder.Transform(grid), Image), steps, gap: 0);
        }

        /// <summary>Draws latent vectors of one value along a line, a strip for each label, over what the line is decoded to.</summary>
        /// <param name="decoder">Makes a column <c>Image</c> of one of <c>Latent</c>.</param>
        /// <param name="codes">Coded rows, at least two; the line reaches over the middle 98 % of them.</param>
        /// <param name="steps">Decoded pictures, at least 2.</param>
        /// <param name="columnName">A column of vectors of one Single.</param>
        /// <param name="labelColumnName">A column of labels, as of <see cref="DrawLatent"/>; null for none.</param>
        /// <param name="classIndex">Of a decoder of classes: which one is drawn, from 0; null of one without.</param>
        /// <exception cref="ArgumentException">A column is absent or of another type, or there are too few rows.</exception>
        public Picture DrawCodeLine(ITransformer decoder, IDataView codes, int steps = 20, string columnName = "Latent", string? labelColumnName = "Label", int? classIndex = null)
        {
            ArgumentNullException.ThrowIfNull(decoder);
            ArgumentNullException.ThrowIfNull(codes);
            ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
            if (Dimension(codes, columnName) != 1)
                throw new ArgumentException($"column '{columnName}' has vectors of {Dimension(codes, columnName)} values: a line needs 1; DrawLatent draws longer ones.", nameof(columnName));
            (List<float[]> rows, List<string> labels) = Read(catalog.Context, codes, columnName, labelColumnName);
            (double from, double to) = Range(rows, 0);
            IDataView middles = LatentRows.Create(steps, 1, (row, values) => values[0] = (float)(from + ((to - from) * (row + 0.5) / steps)), ClassesOf(classIndex));
            return CodeLine.Draw([.. rows.Select(row => (double)row[0])], labels, from, to, ImageColumn.Read(decoder.Transform(middles), Image));
        }
    }

    private static int[]? ClassesOf(int? index) => index is { } one ? [one] : null;

    private static int Dimension(IDataView codes, string columnName) => ((VectorDataViewType)LatentPath.Find(codes, columnName).Type).Size;

    private static (List<float[]> Rows, List<string> Labels) Read(MLContext context, IDataView codes, string columnName, string? labelColumnName)
    {
        if (labelColumnName is null)
        {
            List<float[]> rows = LatentPath.Read(codes, columnName);
            return (rows, [.. rows.Select(_ => "")]);
        }
        List<(float[] Code, string Label)> labelled = LabelledCodes.Read(context, codes, columnName, labelColumnName);
        return ([.. labelled.Select(row => row.Code)], [.. labelled.Select(row => row.Label)]);
    }

    private static (double From, double To) Range(List<float[]> rows, int dimension)
    {
        double[] values = [.. rows.Select(row => (double)row[dimension]).Order()];
        if (values.Length < 2 || values[0] == values[^1])
            throw new ArgumentException($"all {values.Length} codes are the same in dimension {dimension}: give at least two that differ.");
        (double from, double to) = (values[(int)(Tail * (values.Length - 1))], values[(int)Math.Ceiling((1 - Tail) * (values.Length - 1))]);
        return from < to ? (from, to) : (values[0], values[^1]);
    }

    private static double Variance(List<float[]> rows, int dimension)
    {
        double mean = rows.Average(row => (double)row[dimension]);
        return rows.Average(row => (row[dimension] - mean) * (row[dimension] - mean));
    }
}
