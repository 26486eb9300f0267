namespace MLNetGen;

/// <summary>Which columns a <see cref="ClassificationReport"/> is made of, and how.</summary>
public sealed class ClassificationReportOptions
{
    /// <summary>What each row is: text, numbers, truth values, keys or one-hot vectors; they find the model's classes by name.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>A probability for each class, a vector of Single of known size; its slot names are the classes.</summary>
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>The pictures (MLImage), for the sheet of the worst; without such a column there is no sheet.</summary>
    public string ImageColumnName { get; set; } = "Image";

    /// <summary>The pictures' files (text); need not be there.</summary>
    public string PathColumnName { get; set; } = "Path";

    /// <summary>How many of the worst-scored rows to show; 0 or more.</summary>
    public int WorstCount { get; set; } = 24;

    /// <summary>Bins of the calibration error, at least 1.</summary>
    public int CalibrationBins { get; set; } = 15;

    /// <summary>Stops the reading of rows.</summary>
    public CancellationToken CancellationToken { get; set; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(LabelColumnName, nameof(LabelColumnName));
        ArgumentException.ThrowIfNullOrEmpty(ScoreColumnName, nameof(ScoreColumnName));
        OptionCheck.AtLeast(nameof(WorstCount), WorstCount, 0);
        OptionCheck.AtLeast(nameof(CalibrationBins), CalibrationBins, 1);
    }
}
