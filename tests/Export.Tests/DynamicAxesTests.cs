using Microsoft.ML.OnnxRuntime;
using MLNetGen.Tests;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class DynamicAxesTests
{
    private static readonly OnnxExportOptions AnySize = new() { DynamicSize = true };

    public DynamicAxesTests() => manual_seed(1);

    [Theory]
    [InlineData(1, 16, 16)]
    [InlineData(3, 24, 40)]
    [InlineData(2, 8, 64)]
    public void A_convolutional_network_takes_pictures_of_any_size(long batch, long height, long width)
    {
        Module<Tensor, Tensor> network = Parity.Shaken(Sequential(
            ReflectionPad2d(1), Conv2d(3, 8, 3, stride: 2), InstanceNorm2d(8, affine: true), ReLU(),
            Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest), Conv2d(8, 3, 3), Tanh()));
        using OnnxFile file = OnnxFile.Of(network, randn(1, 3, 16, 16), AnySize);
        OnnxParity parity = OnnxCheck.Compare(network, file.Path, randn(batch, 3, height, width));
        Assert.True(parity.IsWithin(1e-5), parity.ToString());
        if (PythonOnnx.IsPresent) Assert.Null(PythonOnnx.Complaint(file.Path));
    }

    [Fact]
    public void The_file_names_its_axes()
    {
        using OnnxFile file = OnnxFile.Of(Conv2d(3, 8, 3, padding: 1), randn(2, 3, 16, 12), AnySize);
        using InferenceSession session = file.Open();
        Assert.Equal(["batch", "", "height", "width"], session.InputMetadata["input"].SymbolicDimensions);
        Assert.Equal(["batch", "", "height", "width"], session.OutputMetadata["output"].SymbolicDimensions);
        Assert.Equal([-1, 8, -1, -1], session.OutputMetadata["output"].Dimensions);
    }

    [Fact]
    public void A_length_that_follows_from_another_is_any_length_without_a_name()
    {
        using OnnxFile file = OnnxFile.Of(Conv2d(3, 8, 3, stride: 2), randn(2, 3, 16, 12), AnySize);
        using InferenceSession session = file.Open();
        Assert.Equal([-1, 8, -1, -1], session.OutputMetadata["output"].Dimensions);
    }

    [Fact]
    public void Other_axes_are_dynamic_by_name()
    {
        Module<Tensor, Tensor> network = Sequential(Linear(4, 6), GELU(), Linear(6, 2));
        using OnnxFile file = OnnxFile.Of(network, randn(2, 7, 4), new OnnxExportOptions
        {
            InputNames = ["tokens"],
            DynamicAxes = new Dictionary<string, IReadOnlyDictionary<int, string>>
            {
                ["tokens"] = new Dictionary<int, string> { [0] = "batch", [-2] = "length" },
            },
        });
        using InferenceSession session = file.Open();
        Assert.Equal(["batch", "length", ""], session.InputMetadata["tokens"].SymbolicDimensions);
        Assert.True(OnnxCheck.Compare(network, file.Path, randn(5, 3, 4)).IsWithin(1e-5));
    }

    [Fact]
    public void A_name_or_an_axis_that_is_not_there_is_refused()
    {
        Assert.Contains("DynamicAxes names 'x', but the inputs are: input", Refused("x", 0));
        Assert.Contains("axis 4 of 'input', whose example has 2 axes", Refused("input", 4));

        static string Refused(string input, int axis) => Assert.Throws<ArgumentException>(() => OnnxFile.Of(Linear(4, 4), randn(2, 4), new OnnxExportOptions
        {
            DynamicAxes = new Dictionary<string, IReadOnlyDictionary<int, string>> { [input] = new Dictionary<int, string> { [axis] = "n" } },
        })).Message;
    }

    [Fact]
    public void A_network_that_takes_one_size_only_is_refused_by_the_layer_that_cannot()
    {
        Module<Tensor, Tensor> network = Sequential(("conv", Conv2d(3, 4, 3)), ("flat", Flatten()), ("head", Linear(4 * 6 * 6, 5)));
        string message = Assert.Throws<ArgumentException>(() => OnnxFile.Of(network, randn(1, 3, 8, 8), AnySize)).Message;
        Assert.Contains("another input, of other lengths along the dynamic axes (see DynamicBatch, DynamicSize and DynamicAxes)", message);
        Assert.Contains("'head' (Linear), given [2, 1232], says", message);
    }

    [Fact]
    public void A_batch_that_cannot_grow_is_refused_until_it_is_said_to_be_fixed()
    {
        var fixedBatch = new FixedBatch();
        string message = Assert.Throws<ArgumentException>(() => OnnxFile.Of(fixedBatch, randn(2, 4))).Message;
        Assert.Contains("DynamicBatch", message);
        using OnnxFile file = OnnxFile.Of(fixedBatch, randn(2, 4), new OnnxExportOptions { DynamicBatch = false });
        Assert.True(OnnxCheck.Compare(fixedBatch, file.Path, randn(2, 4)).IsWithin(1e-5));
    }

    [Fact]
    public void The_axes_of_a_square_example_keep_their_names_when_they_change_places()
    {
        Module<Tensor, Tensor> network = Sequential(Conv2d(3, 4, 3, padding: 1), new Permute(0, 3, 2, 1));
        using OnnxFile file = OnnxFile.Of(network, randn(2, 3, 16, 16), AnySize);
        using InferenceSession session = file.Open();
        Assert.Equal(["batch", "width", "height", ""], session.OutputMetadata["output"].SymbolicDimensions);
    }

    [Fact]
    public void One_name_for_axes_of_different_lengths_is_refused()
    {
        string message = Assert.Throws<ArgumentException>(() => OnnxFile.Of(new Concat(0), [randn(2, 3), randn(4, 3)])).Message;
        Assert.Contains("'batch' names axes of different lengths in the examples: 2 (axis 0 of 'input_0') and 4 (axis 0 of 'input_1')", message);
    }

    [Fact]
    public void Inputs_with_names_of_their_own_may_have_different_lengths()
    {
        using OnnxFile file = OnnxFile.Of(new Concat(0), [randn(2, 3), randn(4, 3)], new OnnxExportOptions
        {
            DynamicAxes = new Dictionary<string, IReadOnlyDictionary<int, string>> { ["input_1"] = new Dictionary<int, string> { [0] = "more" } },
        });
        Assert.True(OnnxCheck.Compare(new Concat(0), file.Path, randn(5, 3), randn(1, 3)).IsWithin(0));
        using InferenceSession session = file.Open();
        Assert.Equal(["more", ""], session.InputMetadata["input_1"].SymbolicDimensions);
    }

    [Fact]
    public void Inputs_without_axes_go_along()
    {
        using OnnxFile file = OnnxFile.Of(new Add(), [randn(2, 3), tensor(1.5f)]);
        Assert.True(OnnxCheck.CompareRandom(new Add(), file.Path, [randn(2, 3), tensor(1.5f)]).IsWithin(1e-6));
        if (PythonOnnx.IsPresent) Assert.Null(PythonOnnx.Complaint(file.Path));
    }

    private sealed class FixedBatch : Module<Tensor, Tensor>
    {
        private readonly Parameter offset = Parameter(rand(2, 4));
        private readonly Add add = new();

        public FixedBatch()
            : base(nameof(FixedBatch)) => RegisterComponents();

        public override Tensor forward(Tensor input) => add.call(input, offset);
    }
}
