using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>Twice the height and width, then instance normalisation and ReLU.</summary>
internal sealed class UpsamplingBlock : Module<Tensor[], Tensor>
{
    private readonly Module<Tensor, Tensor> grow;
    private readonly StyleNormalization normalization;
    private readonly Module<Tensor, Tensor> relu = ReLU();

    public UpsamplingBlock(StyleShape shape, int inputs, int outputs)
        : base(nameof(UpsamplingBlock))
    {
        grow = shape.Upsampling == StyleUpsampling.NearestConvolution
            ? Sequential(("nearest", Upsample(scale_factor: [2, 2])), ("convolution", StyleConvolutions.Create(shape, inputs, outputs, kernel: 3)))
            : StyleConvolutions.Transposed(shape, inputs, outputs);
        normalization = new(outputs, shape.Styles);
        RegisterComponents();
    }

    public override Tensor forward(Tensor[] input) => relu.call(normalization.call([grow.call(input[0]), .. input[1..]]));
}
