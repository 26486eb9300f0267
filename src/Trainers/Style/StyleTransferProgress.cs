namespace MLNetGen;

/// <summary>Where training stands after a step.</summary>
/// <param name="Step">The step just finished, from 1.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">The step's weighted terms.</param>
/// <param name="ImagesPerSecond">Content pictures a second, since training began.</param>
/// <param name="Remaining">Time left at that speed.</param>
public sealed record StyleTransferProgress(int Step, int Steps, StyleLossTerms Loss, double ImagesPerSecond, TimeSpan Remaining);
