using Microsoft.ML.OnnxRuntime;
using MLNetGen.Tests;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class PixelTests
{
    public PixelTests() => manual_seed(1);

    [Fact]
    public void Pixels_become_what_the_formula_says()
    {
        double[] mean = [0.485, 0.456, 0.406], deviation = [0.229, 0.224, 0.225];
        var options = new OnnxExportOptions { PixelInput = PixelInput.Normalized(mean, deviation, reverseChannels: true) };
        using OnnxFile file = OnnxFile.Of(Identity(), randn(1, 3, 2, 2), options);
        byte[] bgr = [0, 128, 255, 1, 2, 3, 40, 50, 60, 7, 8, 9];
        float[] planes = Run<float>(file, bgr, [1, 2, 2, 3]);
        for (int pixel = 0; pixel < 4; pixel++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                double expected = (bgr[3 * pixel + 2 - channel] / 255.0 - mean[channel]) / deviation[channel];
                Assert.Equal(expected, planes[4 * channel + pixel], 5);
            }
        }
    }

    [Fact]
    public void Values_become_rounded_and_limited_pixels()
    {
        var options = new OnnxExportOptions { PixelOutput = new PixelOutput([127.5], [127.5]) };
        using OnnxFile file = OnnxFile.Of(Identity(), randn(1, 3, 1, 2), options);
        float[] planes = [-1, 1, -2, 2, 0.004f, -0.5f];
        Assert.Equal(new byte[] { 0, 0, 128, 255, 255, 64 }, Run<byte>(file, planes, [1, 3, 1, 2]));
    }

    [Fact]
    public void A_picture_goes_in_and_a_picture_comes_out_at_any_size()
    {
        var network = Sequential(Conv2d(3, 3, 3, padding: 1), Tanh());
        var options = new OnnxExportOptions
        {
            DynamicSize = true,
            PixelInput = new PixelInput([1 / 127.5], [-1]),
            PixelOutput = new PixelOutput([127.5], [127.5]),
        };
        using OnnxFile file = OnnxFile.Of(network, randn(1, 3, 8, 8), options);
        if (PythonOnnx.IsPresent) Assert.Null(PythonOnnx.Complaint(file.Path));
        using InferenceSession session = file.Open();
        Assert.Equal(typeof(byte), session.InputMetadata["input"].ElementType);
        Assert.Equal([-1, -1, -1, 3], session.InputMetadata["input"].Dimensions);
        Assert.Equal(["batch", "height", "width", ""], session.OutputMetadata["output"].SymbolicDimensions);
        Tensor picture = randint(0, 256, [2, 11, 5, 3], ScalarType.Byte);
        Assert.InRange(OnnxCheck.Compare(network, file.Path, options, picture).MaximumAbsoluteError, 0, 1);
        Assert.InRange(OnnxCheck.CompareRandom(network, file.Path, randn(1, 3, 8, 8), options: options).MaximumAbsoluteError, 0, 1);
    }

    [Fact]
    public void Pictures_without_channels_and_wrong_counts_are_refused()
    {
        Assert.Contains("PixelInput needs an example of four axes", Assert.Throws<ArgumentException>(
            () => OnnxFile.Of(Linear(4, 4), randn(2, 4), new OnnxExportOptions { PixelInput = new PixelInput() })).Message);
        Assert.Contains("has 2 scale numbers for 3 channel(s)", Assert.Throws<ArgumentException>(
            () => OnnxFile.Of(Identity(), randn(1, 3, 2, 2), new OnnxExportOptions { PixelInput = new PixelInput([1, 2]) })).Message);
        Assert.Contains("PixelOutput needs a network that gives [N, C, H, W]", Assert.Throws<ArgumentException>(
            () => OnnxFile.Of(Linear(4, 4), randn(2, 4), new OnnxExportOptions { PixelOutput = new PixelOutput() })).Message);
    }

    [Fact]
    public void The_best_scores_and_their_places_are_in_the_file()
    {
        var network = Sequential(Linear(4, 10), Softmax(1));
        var options = new OnnxExportOptions { TopK = 3, OutputNames = ["probabilities"] };
        using OnnxFile file = OnnxFile.Of(network, randn(1, 4), options);
        if (PythonOnnx.IsPresent) Assert.Null(PythonOnnx.Complaint(file.Path));
        using InferenceSession session = file.Open();
        Assert.Equal(["probabilities", "top_values", "top_indices"], session.OutputNames);
        OnnxParity parity = OnnxCheck.Compare(network, file.Path, options, randn(5, 4));
        Assert.Equal(3, parity.Outputs.Count);
        Assert.True(parity.IsWithin(1e-5), parity.ToString());
        Assert.Equal(0, parity.Outputs[2].MaximumAbsoluteError);
    }

    [Fact]
    public void More_best_scores_than_classes_are_refused() => Assert.Contains("lower TopK", Assert.Throws<ArgumentException>(
        () => OnnxFile.Of(Linear(4, 3), randn(1, 4), new OnnxExportOptions { TopK = 5 })).Message);

    [Fact]
    public void Only_the_first_input_is_a_picture()
    {
        var options = new OnnxExportOptions { DynamicSize = true, PixelInput = new PixelInput() };
        using OnnxFile file = OnnxFile.Of(new Add(), [randn(1, 3, 8, 6), randn(1, 3, 8, 6)], options);
        using InferenceSession session = file.Open();
        Assert.Equal(["batch", "height", "width", ""], session.InputMetadata["input_0"].SymbolicDimensions);
        Assert.Equal(["batch", "", "height", "width"], session.InputMetadata["input_1"].SymbolicDimensions);
    }

    [Fact]
    public void Names_of_the_best_scores_cannot_be_taken() => Assert.Contains("top_values and top_indices", Assert.Throws<ArgumentException>(
        () => OnnxFile.Of(Linear(4, 5), randn(2, 4), new OnnxExportOptions { TopK = 2, OutputNames = ["top_values"] })).Message);

    [Fact]
    public void A_picture_has_no_best_scores() => Assert.Contains("PixelOutput and TopK are both set", Assert.Throws<ArgumentException>(
        () => OnnxFile.Of(Conv2d(3, 3, 3), randn(1, 3, 8, 8), new OnnxExportOptions { TopK = 2, PixelOutput = new PixelOutput() })).Message);

    private static T[] Run<T>(OnnxFile file, Array input, long[] shape)
        where T : unmanaged
    {
        using InferenceSession session = file.Open();
        using OrtValue value = input is byte[] bytes
            ? OrtValue.CreateTensorValueFromMemory(bytes, shape) : OrtValue.CreateTensorValueFromMemory((float[])input, shape);
        using var run = new RunOptions();
        using var results = session.Run(run, new Dictionary<string, OrtValue> { ["input"] = value }, session.OutputNames);
        return results[0].GetTensorDataAsSpan<T>().ToArray();
    }
}
