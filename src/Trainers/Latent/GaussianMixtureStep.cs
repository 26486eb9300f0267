namespace MLNetGen;

/// <summary>A step of fitting a <see cref="GaussianMixture"/>.</summary>
/// <param name="Step">From 0, the start.</param>
/// <param name="LogLikelihood">log p(x) of <paramref name="Mixture"/>, the mean over the rows, in nats. It rises with every step.</param>
/// <param name="Mixture">What it is so far.</param>
public sealed record GaussianMixtureStep(int Step, double LogLikelihood, GaussianMixture Mixture);
