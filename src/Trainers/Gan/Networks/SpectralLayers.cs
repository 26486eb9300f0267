using MLNetGen.Export;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>
/// A layer whose weight, as a matrix with a row an output, is divided by its largest singular value σ: Miyato et al. 2018
/// (arXiv:1802.05957), section 2.1 and algorithm 1.
/// </summary>
/// <remarks>
/// Every call in training takes one step of power iteration, as the paper does. Its left vector u is a buffer, so that a
/// checkpoint holds it; σ is ‖Wᵀu‖, and its gradient takes u as given. In evaluation u stays.
/// </remarks>
internal abstract class SpectralLayer<TLayer> : Module<Tensor, Tensor>, IOnnxConvertible
    where TLayer : Module<Tensor, Tensor>
{
    private const double Least = 1e-12;

    private readonly TLayer layer;
    private readonly Tensor u;

    protected SpectralLayer(string name, TLayer layer, long rows)
        : base(name)
    {
        this.layer = layer;
        u = functional.normalize(randn(rows), dim: 0);
        RegisterComponents();
    }

    public sealed override Tensor forward(Tensor input)
    {
        Parameter weight = WeightOf(layer);
        Tensor rows = weight.flatten(1);
        if (training)
            Iterate(rows);
        return Apply(layer, input, weight / Sigma(rows, u.clone()));
    }

    /// <summary>In the file the division is done: constants are folded.</summary>
    public void ToOnnx(OnnxCall call)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Parameter weight = WeightOf(layer);
        call.SetOutput(Node(layer, call, call.Weight(weight) / Sigma(weight.flatten(1), u).ToDouble()));
    }

    // A derived class holds no layer of its own, which would be registered a second time.
    protected abstract Parameter WeightOf(TLayer layer);

    protected abstract Tensor Apply(TLayer layer, Tensor input, Tensor weight);

    protected abstract OnnxValue Node(TLayer layer, OnnxCall call, OnnxValue weight);

    private static Tensor Sigma(Tensor rows, Tensor u) => rows.t().mv(u).square().sum().sqrt();

    private void Iterate(Tensor rows)
    {
        using var noGradient = no_grad();
        Tensor v = functional.normalize(rows.t().mv(u), dim: 0, eps: Least);
        u.copy_(functional.normalize(rows.mv(v), dim: 0, eps: Least));
    }
}

/// <summary>A spectrally normalised convolution.</summary>
internal sealed class SpectralConvolution(Conv2d layer) : SpectralLayer<Conv2d>(nameof(SpectralConvolution), layer, layer.weight.shape[0])
{
    protected override Parameter WeightOf(Conv2d convolution) => convolution.weight;

    protected override Tensor Apply(Conv2d convolution, Tensor input, Tensor weight) =>
        functional.conv2d(input, weight, convolution.bias, convolution.stride, convolution.padding, convolution.dilation, convolution.groups);

    protected override OnnxValue Node(Conv2d convolution, OnnxCall call, OnnxValue weight) => call.Node(
        "Conv",
        [call.Input(), weight, convolution.bias is { } bias ? call.Weight(bias) : null],
        ("kernel_shape", convolution.kernel_size),
        ("strides", convolution.stride),
        ("pads", (long[])[.. convolution.padding!, .. convolution.padding!]),
        ("dilations", convolution.dilation),
        ("group", convolution.groups));
}

/// <summary>A spectrally normalised dense layer.</summary>
internal sealed class SpectralDense(Linear layer) : SpectralLayer<Linear>(nameof(SpectralDense), layer, layer.weight.shape[0])
{
    protected override Parameter WeightOf(Linear linear) => linear.weight;

    protected override Tensor Apply(Linear linear, Tensor input, Tensor weight) => functional.linear(input, weight, linear.bias);

    protected override OnnxValue Node(Linear linear, OnnxCall call, OnnxValue weight) =>
        call.Node("Gemm", [call.Input(), weight, linear.bias is { } bias ? call.Weight(bias) : null], ("transB", 1));
}
