namespace MLNetGen.Tests;

/// <summary>Runs a file in another engine than ONNX Runtime's native one: a value and a shape an output, in the order of the names.</summary>
internal delegate (long[] Shape, float[] Values)[] SecondEngine(string model, string input, long[] shape, float[] values, IReadOnlyList<string> outputs);
