using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>One call of a leaf module; calls are listed in the order in which they happened.</summary>
internal sealed record TracedCall(
    Module Module, string Path, Action<Module, OnnxCall> Converter, TracedTensor?[] Inputs, TracedTensor[] Outputs);
