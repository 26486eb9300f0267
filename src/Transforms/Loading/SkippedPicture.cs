namespace MLNetGen;

/// <summary>A picture file that was left out.</summary>
/// <param name="Path">Relative to the folder, with '/' between folders.</param>
/// <param name="Reason">What is wrong with it, such as "truncated PNG: it ends without its IEND chunk".</param>
public sealed record SkippedPicture(string Path, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"'{Path}': {Reason}";
}
