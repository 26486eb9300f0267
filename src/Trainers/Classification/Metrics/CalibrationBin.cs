namespace MLNetGen;

/// <summary>Rows whose largest score lies above <paramref name="Low"/>, up to <paramref name="High"/>.</summary>
/// <param name="Low">Lower end, exclusive (0 belongs to the first bin).</param>
/// <param name="High">Upper end, inclusive.</param>
/// <param name="Count">How many rows.</param>
/// <param name="Confidence">Mean of their largest scores; 0 where there are none.</param>
/// <param name="Accuracy">Share of them whose prediction is right; 0 where there are none.</param>
public sealed record CalibrationBin(double Low, double High, int Count, double Confidence, double Accuracy);
