using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Docs;

/// <summary>A layer of someone else's, which knows nothing of ONNX.</summary>
internal sealed class Cosine : Module<Tensor, Tensor>
{
    public Cosine()
        : base(nameof(Cosine))
    {
    }

    public override Tensor forward(Tensor input) => input.cos();
}
