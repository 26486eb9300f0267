using Microsoft.ML;

namespace MLNetGen.Tests.Training;

public sealed class RunSettingsTests
{
    [Fact]
    public void Settings_are_what_the_options_of_the_same_names_say_and_the_sessions()
    {
        VaeTrainer.Options options = new() { LatentDimension = 7, Beta = 2.5, Beta2 = 0.5, Likelihood = VaeLikelihood.Gaussian, Epochs = 11, Seed = 3, Device = "cpu", NumberOfThreads = 1 };
        using TrainingSession session = TrainingSession.Begin(new MLContext(1), "vae", options);

        VaeSettings settings = RunSettings.From<VaeSettings>(options, session);

        Assert.Equal((7, 2.5, 0.5, VaeLikelihood.Gaussian, 11), (settings.LatentDimension, settings.Beta, settings.Beta2, settings.Likelihood, settings.Epochs));
        Assert.Equal((3, "cpu", 1), (settings.Seed, settings.Device, settings.NumberOfThreads));
        // What an option leaves to the family.
        Assert.Equal((0, 0, LearningRateSchedule.Constant), (settings.BatchSize, settings.LearningRate, settings.Schedule));
        // What is not in use, and what is.
        Assert.Equal((null, null, null, null), (settings.Autoencoder, settings.LearnDeviation, settings.KlWarmUpEpochs, settings.FreeBits));
        VaeSettings used = RunSettings.From<VaeSettings>(new VaeTrainer.Options { Autoencoder = true, KlWarmUpEpochs = 3, Capacity = 0 }, session);
        Assert.Equal((true, 3.0, 0.0), (used.Autoencoder, used.KlWarmUpEpochs, used.Capacity));
    }

    // A setting without an option of its name is one that the family or the base class fills in.
    [Theory]
    [InlineData(typeof(VaeSettings), typeof(VaeTrainer.Options), new[] { "Classes", "InputShape", "TrainingData", "TrainingRows" })]
    [InlineData(typeof(SuperResolutionSettings), typeof(SuperResolutionTrainer.Options), new[] { "LossNetwork", "TrainingData", "TrainingRows" })]
    [InlineData(typeof(TorchSettings), typeof(TorchEstimator.Options), new[] { "InputShape", "Label", "Networks", "Task", "TaskSettings", "TrainingData", "TrainingRows" })]
    public void Every_other_setting_has_an_option_of_its_name(Type settings, Type options, string[] others)
    {
        string[] without = [.. settings.GetProperties().Select(setting => setting.Name).Where(name => options.GetProperty(name) is null).Order()];
        Assert.Equal(others, without);
    }
}
