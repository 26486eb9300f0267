using MLNetGen.Export;
using MLNetGen.Gan;
using MLNetGen.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Gan;

public sealed class SpectralLayerTests
{
    private static readonly DiscriminatorLayers Layers = new(BatchNorm: false, SpectralNorm: true);

    public SpectralLayerTests() => manual_seed(1);

    [Fact]
    public void A_dense_layers_largest_singular_value_becomes_one()
    {
        Module<Tensor, Tensor> layer = Layers.Dense(6, 4);
        for (int i = 0; i < 200; i++) layer.call(zeros(1, 6));
        layer.eval();
        // Of the rows of an identity matrix the layer makes its weight's columns, and its bias.
        Tensor weight = (layer.call(eye(6)) - layer.call(zeros(1, 6))).detach();
        Assert.Equal(1, Largest(weight).item<float>(), 1e-5);
        Tensor raw = layer.parameters().First(p => p.ndim == 2).detach();
        Assert.True((raw / Largest(raw)).t().allclose(weight, 1e-4, 1e-5));
    }

    [Fact]
    public void A_convolution_is_divided_by_the_largest_singular_value_of_its_weight_as_a_matrix()
    {
        Module<Tensor, Tensor> layer = Layers.Convolution(3, 5, kernel: 4, stride: 2, padding: 1);
        Tensor pictures = randn(2, 3, 8, 8);
        for (int i = 0; i < 200; i++) layer.call(pictures);
        layer.eval();
        Conv2d inner = layer.modules().OfType<Conv2d>().Single();
        Tensor sigma = Largest(inner.weight.detach().flatten(1));
        Tensor expected = functional.conv2d(pictures, inner.weight / sigma, inner.bias, [2, 2], [1, 1]);
        Assert.True(expected.allclose(layer.call(pictures), 1e-4, 1e-5));
    }

    [Fact]
    public void One_call_in_training_is_one_step_of_power_iteration_and_evaluation_takes_none()
    {
        Module<Tensor, Tensor> layer = Layers.Dense(6, 4);
        Tensor weight = layer.parameters().First(p => p.ndim == 2).detach(), before = layer.buffers().Single().clone();
        layer.call(zeros(1, 6));
        Tensor v = weight.t().mv(before), u = weight.mv(v / v.norm());
        Tensor after = layer.state_dict()["u"].clone();
        Assert.True((u / u.norm()).allclose(after, 1e-4, 1e-6));
        layer.eval();
        layer.call(zeros(1, 6));
        Assert.True(after.equal(layer.buffers().Single()).all().item<bool>());
    }

    [Fact]
    public void A_checkpoint_holds_the_weight_the_bias_and_the_left_vector_once() =>
        Assert.Equal(["layer.bias", "layer.weight", "u"], Layers.Dense(6, 4).state_dict().Keys.Order());

    [Fact]
    public void The_gradient_holds_the_singular_vectors_fixed()
    {
        Module<Tensor, Tensor> layer = Layers.Dense(5, 3);
        for (int i = 0; i < 200; i++) layer.call(zeros(1, 5));
        Parameter weight = layer.parameters().First(p => p.ndim == 2);
        Tensor output = randn(3, 5);
        Tensor input = eye(5);
        (layer.call(input) * output.t()).sum().backward();
        // d(⟨A, W⟩/σ)/dW = A/σ − ⟨A, W⟩/σ²·uvᵀ: Miyato et al. 2018, equation 12.
        Tensor raw = weight.detach(), sigma = Largest(raw);
        Tensor u = linalg.eigh(raw.matmul(raw.t())).Item2.narrow(1, 2, 1), direction = u.matmul(u.t().matmul(raw) / sigma);
        Tensor expected = (output / sigma) - (direction * ((output * raw).sum() / sigma.square()));
        Assert.True(expected.allclose(weight.grad!, 1e-3, 1e-4));
    }

    [Fact]
    public void The_file_holds_the_divided_weight()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mlnetgen-test-").FullName, "spectral.onnx");
        try
        {
            using Sequential network = Sequential(Layers.Convolution(3, 4, kernel: 4, stride: 2, padding: 1), LeakyReLU(0.2), Flatten(), Layers.Dense(64, 1));
            network.call(randn(2, 3, 8, 8));
            network.eval();
            OnnxExporter.Export(network, zeros(1, 3, 8, 8), path);
            Assert.True(OnnxCheck.CompareRandom(network, path, zeros(1, 3, 8, 8)).IsWithin(1e-5));
            Assert.DoesNotContain("Div", OnnxSummary.Read(path).Layers.Select(layer => layer.Operator));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    // The largest singular value: the root of the largest eigenvalue of W·Wᵀ.
    private static Tensor Largest(Tensor matrix) => linalg.eigvalsh(matrix.matmul(matrix.t())).max().sqrt();
}
