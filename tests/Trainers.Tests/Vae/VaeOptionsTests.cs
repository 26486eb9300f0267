using Microsoft.ML;

namespace MLNetGen.Tests.Vae;

public class VaeOptionsTests
{
    public static TheoryData<string, VaeTrainer.Options> OutOfRange => new()
    {
        { "LatentDimension is 0", new() { LatentDimension = 0 } },
        { "BatchSize is 0", new() { BatchSize = 0 } },
        { "Epochs is -1", new() { Epochs = -1 } },
        { "NumberOfThreads is -2", new() { NumberOfThreads = -2 } },
        { "ImageSize is -4", new() { ImageSize = -4 } },
        { "Channels is 2", new() { Channels = 2 } },
        { "Beta is -1", new() { Beta = -1 } },
        { "LearningRate is 0", new() { LearningRate = 0 } },
        { "LearningRate is NaN", new() { LearningRate = double.NaN } },
        { "Beta1 is 1", new() { Beta1 = 1 } },
        { "GaussianDeviation is 0", new() { GaussianDeviation = 0 } },
        { "GaussianDeviation is 0.001", new() { GaussianDeviation = 0.001, Likelihood = VaeLikelihood.Gaussian, LearnDeviation = true } },
        { "LearnDeviation is set, and Likelihood is Bernoulli", new() { LearnDeviation = true } },
        { "KlWarmUpEpochs is -1", new() { KlWarmUpEpochs = -1 } },
        { "FreeBits is NaN", new() { FreeBits = double.NaN } },
        { "Capacity is -2", new() { Capacity = -2 } },
        { "Capacity and FreeBits", new() { Capacity = 2, FreeBits = 1 } },
        { "Autoencoder is set", new() { Autoencoder = true, Beta = 0 } },
        { "Autoencoder is set", new() { Autoencoder = true, Capacity = 3 } },
        { "InputColumnName is empty", new() { InputColumnName = "" } },
        { "Resume needs a WorkspacePath", new() { Resume = true } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_out_of_range_is_refused_by_name_and_value(string says, VaeTrainer.Options options)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => new MLContext(1).Generative.Trainers.Vae(options));
        Assert.Contains(says, error.Message);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("cuda:1:2")]
    public void An_unknown_device_is_refused(string device)
    {
        MLContext ml = new(1);
        var error = Assert.Throws<ArgumentException>(() => ml.Generative.Trainers.Vae(new VaeTrainer.Options { Device = device }).Fit(ml.Images.MoonPhases(4)));
        Assert.Contains(device, error.Message);
    }
}
