namespace MLNetGen.Style;

/// <summary>What is known of a run that ended.</summary>
/// <param name="History">Its settings and figures.</param>
/// <param name="Tests">The test pictures.</param>
/// <param name="Paintings">As the loss network got them.</param>
/// <param name="Results">What the loss makes of the test pictures.</param>
/// <param name="HasHeldOut">Whether the test pictures are others than those trained on.</param>
internal sealed record StyleRun(StyleHistory History, IReadOnlyList<(string Name, Picture Picture)> Tests, IReadOnlyList<Picture> Paintings, IReadOnlyList<StyleResult> Results, bool HasHeldOut);
