using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Classification;

namespace MLNetGen;

/// <summary>Puts the reading and drawing of a classifier's predictions beside ML.NET's <c>Evaluate</c>.</summary>
public static class ClassificationPredictions
{
    /// <summary>Reads the <paramref name="count"/> likeliest classes of each row.</summary>
    /// <param name="catalog">ML.NET's multiclass tasks.</param>
    /// <param name="scored">What a classifier's <c>Transform</c> gave; it is read once, of two columns.</param>
    /// <param name="count">At least 1; of fewer classes, all. Of equal scores the first class comes first.</param>
    /// <param name="scoreColumnName">A vector of probabilities, whose slot names are the classes.</param>
    /// <param name="pathColumnName">The pictures' files (text); need not be there.</param>
    /// <exception cref="ArgumentException">The column is absent or of another type.</exception>
    /// <exception cref="InvalidDataException">A score is not a probability, or a row cannot be read.</exception>
    public static IReadOnlyList<PicturePrediction> ReadPredictions(
        this MulticlassClassificationCatalog catalog, IDataView scored, int count = 5, string scoreColumnName = "Score", string pathColumnName = "Path")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(scored);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ScoreColumn column = ScoreColumn.Find(scored, scoreColumnName, labelColumnName: "Label");
        DataViewSchema.Column? path = scored.Schema.GetColumnOrNull(pathColumnName) is { Type: TextDataViewType } text ? text : null;
        float[] scores = new float[column.Classes.Count];
        List<PicturePrediction> read = [];
        RowErrors.Tell(() => $"a row at or after row {read.Count}", () =>
        {
            using DataViewRowCursor cursor = scored.GetRowCursor(path is { } second ? [column.Column, second] : [column.Column]);
            Func<float[], bool> score = column.Getter(cursor);
            ValueGetter<ReadOnlyMemory<char>>? file = path is { } other ? cursor.GetGetter<ReadOnlyMemory<char>>(other) : null;
            ReadOnlyMemory<char> name = default;
            while (cursor.MoveNext())
            {
                file?.Invoke(ref name);
                read.Add(new(read.Count, file is null ? null : name.ToString(), score(scores) ? Largest(scores, column.Classes.Names, count) : []));
            }
        });
        return read;
    }

    /// <summary>
    /// Draws pictures over their likeliest classes, each class with a bar as long as its probability, as in figure 4 of Krizhevsky,
    /// Sutskever and Hinton 2012.
    /// </summary>
    /// <param name="catalog">ML.NET's multiclass tasks.</param>
    /// <param name="scored">The rows that <paramref name="predictions"/> are of.</param>
    /// <param name="predictions">What <see cref="ReadPredictions"/> read, or some of it; at least one.</param>
    /// <param name="imageColumnName">A column of pictures (MLImage).</param>
    /// <param name="columns">Pictures a row, at least 1. A sheet that would be longer than <see cref="PictureGrid.MaximumSide"/> is made smaller.</param>
    /// <exception cref="ArgumentException">The column is absent or of another type, or there is nothing to draw.</exception>
    public static Picture DrawPredictions(
        this MulticlassClassificationCatalog catalog, IDataView scored, IReadOnlyList<PicturePrediction> predictions, string imageColumnName = "Image", int columns = 4)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(scored);
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        return PredictionSheet.Draw(ChosenPictures.Read(scored, imageColumnName, [.. predictions.Select(one => one.Row)]), predictions, columns);
    }

    private static ClassProbability[] Largest(float[] scores, IReadOnlyList<string> names, int count) =>
        [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(count).Select(i => new ClassProbability(names[i], scores[i]))];
}

/// <summary>What a classifier takes one row for.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="Path">Its file, where a column says so.</param>
/// <param name="Top">The classes of the largest scores, the likeliest first; none where a score is not a finite number.</param>
public sealed record PicturePrediction(int Row, string? Path, IReadOnlyList<ClassProbability> Top);

/// <summary>A class and how likely it is.</summary>
/// <param name="Name">The class.</param>
/// <param name="Probability">0 to 1.</param>
public sealed record ClassProbability(string Name, double Probability);
