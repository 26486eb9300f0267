using MLNetGen.Tests;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class HalfWeightsTests
{
    private static readonly OnnxExportOptions Half = new() { WeightType = OnnxWeightType.Float16 };

    [Fact]
    public void A_file_has_half_the_size_and_nearly_the_same_numbers()
    {
        manual_seed(1);
        var network = Parity.Shaken(Sequential(Conv2d(3, 64, 5), BatchNorm2d(64), ReLU(), Conv2d(64, 64, 3), AdaptiveAvgPool2d(1), Flatten(), Linear(64, 10)));
        Parity.Holds(network, [[3, 12, 12]], tolerance: 1e-2, options: Half);
        using OnnxFile half = OnnxFile.Of(network, randn(1, 3, 12, 12), Half);
        using OnnxFile full = OnnxFile.Of(network, randn(1, 3, 12, 12));
        Assert.InRange(new FileInfo(half.Path).Length / (double)new FileInfo(full.Path).Length, 0.49, 0.53);
    }

    [Fact]
    public void The_numbers_are_those_of_the_rounded_weights()
    {
        manual_seed(1);
        var network = Sequential(Conv2d(3, 4, 3), Flatten(), Linear(64, 10));
        Tensor x = randn(2, 3, 6, 6);
        using OnnxFile file = OnnxFile.Of(network, x, Half);
        using (no_grad())
        {
            foreach ((string name, var weight) in network.named_parameters().Where(pair => pair.parameter.ndim > 1))
                weight.copy_(weight.to_type(ScalarType.Float16).to_type(ScalarType.Float32));
        }

        Assert.True(OnnxCheck.Compare(network, file.Path, x).IsWithin(1e-5));
    }

    [Fact]
    public void A_weight_beyond_the_range_stays_as_it_is()
    {
        var linear = Linear(2, 2);
        using (no_grad()) linear.weight.fill_(1e6);
        Parity.Holds(linear, [[2]], options: Half);
    }

    [Fact]
    public void The_scales_of_pixels_stay_exact()
    {
        var options = new OnnxExportOptions
        {
            WeightType = OnnxWeightType.Float16,
            PixelInput = PixelInput.Normalized([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        };
        using OnnxFile file = OnnxFile.Of(Identity(), randn(1, 3, 4, 4), options);
        Tensor picture = randint(0, 256, [1, 4, 4, 3], ScalarType.Byte);
        Assert.True(OnnxCheck.Compare(Identity(), file.Path, options, picture).IsWithin(1e-6));
    }

    [Fact]
    public void An_input_may_have_the_name_of_a_weight_made_wide()
    {
        var options = new OnnxExportOptions { WeightType = OnnxWeightType.Float16, InputNames = ["weight/float"], OutputNames = ["weight/Cast"] };
        using OnnxFile file = OnnxFile.Of(Linear(4, 2), randn(2, 4), options);
        using var session = file.Open();
        Assert.Equal(["weight/float"], session.InputNames);
        if (PythonOnnx.IsPresent) Assert.Null(PythonOnnx.Complaint(file.Path));
    }
}
