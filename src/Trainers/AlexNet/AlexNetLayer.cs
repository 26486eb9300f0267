namespace MLNetGen;

/// <summary>What a layer with weights does at the end of an epoch, on its last batch.</summary>
/// <param name="Name"><c>conv1</c> … <c>conv5</c>, <c>fc6</c> … <c>fc8</c>.</param>
/// <param name="ZeroShare">Share of its activations that are exactly 0, and pass nothing on, 0 to 1; null of the last layer, which has no nonlinearity.</param>
/// <param name="GradientNorm">Euclidean norm of the gradient of its weights; null where they are not trained.</param>
public sealed record AlexNetLayer(string Name, double? ZeroShare, double? GradientNorm);
