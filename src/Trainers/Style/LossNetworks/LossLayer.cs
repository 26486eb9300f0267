using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>A layer of a chain: its name, null where nobody can ask for it, and what it computes.</summary>
internal sealed record LossLayer(string? Name, Module<Tensor, Tensor> Module);
