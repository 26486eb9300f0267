namespace MLNetGen.Export;

/// <summary>An ONNX model inside of a zip. In a saved ML.NET model its inputs and outputs are the chain's columns, by name.</summary>
/// <param name="Entry">The entry's path in the zip.</param>
/// <param name="Summary">What the model holds.</param>
public sealed record OnnxArchiveEntry(string Entry, OnnxSummary Summary);
