namespace MLNetGen;

/// <summary>How far the ONNX files are from the trained modules: largest absolute difference on random input, batches of 1 and 3.</summary>
/// <param name="Encoder">Over mean and log-variance.</param>
/// <param name="Decoder">Over pixels in [0, 1].</param>
public sealed record VaeParity(double Encoder, double Decoder);
