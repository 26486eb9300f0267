using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>What <c>decoder.onnx</c> holds: the decoder with its logits turned into values in [0, 1].</summary>
internal sealed class DecoderToPixels : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> decoder;
    private readonly Sigmoid sigmoid = Sigmoid();

    public DecoderToPixels(Module<Tensor, Tensor> decoder)
        : base(nameof(DecoderToPixels))
    {
        this.decoder = decoder;
        RegisterComponents();
    }

    public override Tensor forward(Tensor latent) => sigmoid.call(decoder.call(latent));
}
