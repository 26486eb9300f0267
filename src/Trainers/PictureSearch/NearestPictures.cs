using System.Globalization;

namespace MLNetGen;

/// <summary>The nearest training picture of each generated one: copies tell of a model that has memorised.</summary>
public sealed class NearestPictures
{
    /// <summary>What <see cref="Save"/> should call the sheet for a report to show it: <c>SaveReport</c> of a GAN and of a VAE looks for it in its folder.</summary>
    public const string ReportFileName = "nearest-training-pictures.png";

    private readonly IReadOnlyList<Picture> generated, training;

    internal NearestPictures(IReadOnlyList<NearestPicture> rows, IReadOnlyList<Picture> generated, IReadOnlyList<Picture> training)
    {
        Rows = rows;
        this.generated = generated;
        this.training = training;
    }

    /// <summary>One for each generated row, in order.</summary>
    public IReadOnlyList<NearestPicture> Rows { get; }

    /// <summary>
    /// Draws each generated picture over its nearest training picture, as they were compared, with their distance below,
    /// and writes the sheet as PNG.
    /// </summary>
    /// <param name="path">File name ending in <c>.png</c>; missing folders are made; the file appears whole or not at all.</param>
    /// <param name="columns">Pairs a row, at least 1.</param>
    /// <exception cref="ArgumentException">The name does not end in .png.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path, int columns = 8) => Draw(columns).Save(path);

    /// <summary>Draws each generated picture over its nearest training picture, as they were compared, with their distance below.</summary>
    /// <param name="columns">Pairs a row, at least 1.</param>
    public Picture Draw(int columns = 8) => ContactSheet.Draw(
        [.. Rows.Select((row, i) => (PictureGrid.Draw([generated[i], training[i]], columns: 1, gap: 0), row.Distance.ToString("F2", CultureInfo.InvariantCulture)))],
        columns);
}

/// <summary>A generated row's nearest training row.</summary>
/// <param name="Row">The generated row, from 0.</param>
/// <param name="TrainingRow">The nearest training row, from 0; of several at the same distance the first.</param>
/// <param name="Distance">Euclidean distance over all pixels with values in [0, 1], at most √(channels·height·width); or over the features.</param>
public sealed record NearestPicture(int Row, int TrainingRow, double Distance);
