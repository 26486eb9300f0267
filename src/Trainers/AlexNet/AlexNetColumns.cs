namespace MLNetGen.AlexNet;

/// <summary>The columns of AlexNet's pipeline, and the names of the ONNX nodes that carry them.</summary>
internal static class AlexNetColumns
{
    // What a user sees.
    public const string Score = "Score";
    public const string PredictedLabel = "PredictedLabel";
    public const string TopLabels = "TopLabels";
    public const string TopScores = "TopScores";
    public const string Features = "Features";

    // Dropped at the end of the pipeline, so not names that a user's own columns have.
    public const string Pixels = NetworkInput.Pixels;
    public const string Best = "mlnetgen.best";
    public const string Top = "mlnetgen.top";
    public const string BestKey = "mlnetgen.bestKey";

    // The nodes of the file for other ONNX consumers, where they differ.
    public const string OnnxPixels = "pixels";
}
