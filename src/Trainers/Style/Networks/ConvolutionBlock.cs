using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>Padding, convolution without bias, instance normalisation, ReLU.</summary>
internal sealed class ConvolutionBlock : Module<Tensor[], Tensor>
{
    private readonly Module<Tensor, Tensor> convolution;
    private readonly StyleNormalization normalization;
    private readonly Module<Tensor, Tensor>? relu;

    public ConvolutionBlock(StyleShape shape, int inputs, int outputs, int kernel, int stride = 1, bool hasRelu = true, bool depthwise = false)
        : base(nameof(ConvolutionBlock))
    {
        convolution = StyleConvolutions.Create(shape, inputs, outputs, kernel, stride, depthwise);
        normalization = new(outputs, shape.Styles);
        relu = hasRelu ? ReLU() : null;
        RegisterComponents();
    }

    public StyleNormalization Normalization => normalization;

    public override Tensor forward(Tensor[] input)
    {
        Tensor normal = normalization.call([convolution.call(input[0]), .. input[1..]]);
        return relu is null ? normal : relu.call(normal);
    }
}
