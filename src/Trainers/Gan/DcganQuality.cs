namespace MLNetGen;

/// <summary>How near a <see cref="DcganTrainer"/>'s made pictures came to real ones at one step.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Metrics">Of pictures by the averaged generator, against <see cref="TrainingOptions.ValidationSet"/>.</param>
public sealed record DcganQuality(int Step, GenerativeMetrics Metrics);
