using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>The encoder inside a saved pipeline: pixels to mean and log-variance, and the pixels handed on.</summary>
/// <remarks>
/// What scores the reconstruction takes the pixels from here and not from the column: ML.NET would extract them a
/// second time, and by then its ResizeImages has disposed of a picture that already had the right size.
/// </remarks>
internal sealed class PipelineEncoder : Module<Tensor, (Tensor Mean, Tensor LogVar, Tensor Pixels)>
{
    private readonly Module<Tensor, (Tensor Mean, Tensor LogVar)> encoder;
    private readonly HandOn handOn = new();

    public PipelineEncoder(Module<Tensor, (Tensor Mean, Tensor LogVar)> encoder)
        : base(nameof(PipelineEncoder))
    {
        this.encoder = encoder;
        RegisterComponents();
    }

    public override (Tensor Mean, Tensor LogVar, Tensor Pixels) forward(Tensor pixels)
    {
        (Tensor mean, Tensor logVar) = encoder.call(pixels);
        return (mean, logVar, handOn.call(pixels));
    }
}
