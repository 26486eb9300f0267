using System.CommandLine;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Cli;

/// <summary>What <c>train alexnet</c> and the commands that train several can be told.</summary>
internal sealed class AlexNetFlags
{
    private readonly Option<AlexNetNetwork?> network = new("--network") { Description = "compact (the default up to 96 pixels), paper (above) or torchvision" };
    private readonly Option<int> epochs = new("--epochs") { Description = "Passes over the training rows; 0: 90, of compact 15" };
    private readonly Option<int> size = new("--image-size") { Description = "Height and width in the network; 0: 227 (paper), 224 (torchvision), or of compact the pictures', from 32 to 96" };
    private readonly Option<int> resize = new("--resize-size") { Description = "Height and width that pictures have before crops are taken; 0: the network's own" };
    private readonly Option<int> channels = new("--channels") { Description = "1 for grey, 3 for colour, 0: as the pictures are" };
    private readonly Option<AlexNetActivation> activation = new("--activation") { Description = "reLU, tanh, sigmoid, leakyReLU, elu, gelu or siLU" };
    private readonly Option<double> dropout = new("--dropout") { Description = "Share of the dense units left out of a step", DefaultValueFactory = _ => 0.5 };
    private readonly Option<double?> rate = new("--learning-rate", "--lr") { Description = "SGD's step size; unset: 0.01, of compact 0.1" };
    private readonly Option<AlexNetSchedule?> schedule = new("--schedule") { Description = "plateau, oneCycle or constant; unset: plateau, of compact oneCycle" };
    private readonly Option<double> decay = new("--weight-decay") { Description = "SGD's weight decay", DefaultValueFactory = _ => 5e-4 };
    private readonly Option<double> smoothing = new("--label-smoothing") { Description = "Share of the right class that is spread over all" };
    private readonly Option<bool> balance = new("--balance-classes") { Description = "Every class counts as much, however many pictures it has" };
    private readonly Option<int> stopping = new("--early-stopping") { Description = "Stop after so many epochs without a lower held-out error, and keep the best; 0: never" };
    private readonly Option<double?> noise = new("--color-noise") { Description = "The paper's PCA colour noise, 0.1 there and by default; 0, the others' default, for none" };
    private readonly Option<bool> noFlip = new("--no-flip") { Description = "No mirrored pictures: for letters, digits, left and right hands" };
    private readonly Option<bool> noCrop = new("--no-crop") { Description = "The centre of every picture, no random windows" };
    private readonly Option<string?> weights = new("--weights") { Description = "Weights to start from: torchvision's published alexnet (.pth, .safetensors), what TorchSharp saved (.dat), or a checkpoint of a run" };
    private readonly Option<int?> trained = new("--train-layers") { Description = "With --weights: train the last N layers only, such as 1 or 3" };
    private readonly Option<int> ensemble = new("--ensemble") { Description = "Networks of seeds that follow each other, averaged in one file", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> sixth = new("--sixth-convolution") { Description = "The paper's CNN*: a sixth convolution over the last pool" };
    private readonly Option<bool> tenCrop = new("--ten-crop") { Description = "The model averages ten crops: slower, a little better" };
    private readonly Option<int> top = new("--top-k", "-k") { Description = "The model also gives its best K labels and their scores; 0: none" };
    private readonly Option<bool> noFeatures = new("--no-features") { Description = "The model does not give its last hidden layer, which 'similar' compares" };
    private readonly Option<int> memory = new Option<int>("--memory") { Description = "Megabytes of decoded pictures kept in memory; more lie in a temporary file", DefaultValueFactory = _ => 1024 }.AtLeast(1);

    private Option[] All =>
    [
        network, epochs, size, resize, channels, activation, dropout, rate, schedule, decay, smoothing, balance, stopping, noise, noFlip, noCrop,
        weights, trained, ensemble, sixth, tenCrop, top, noFeatures, memory,
    ];

    /// <param name="command">What gets the options.</param>
    /// <param name="decided">Names of those that the command decides on itself: given on the command line, they are refused.</param>
    public void AddTo(Command command, params string[] decided)
    {
        foreach (Option option in All)
        {
            if (decided.Contains(option.Name))
            {
                option.Hidden = true;
                option.Validators.Add(result => { if (!result.Implicit) result.AddError($"{option.Name} is what '{command.Name}' decides on itself: leave it out."); });
            }
            command.Add(option);
        }
    }

    public AlexNetTrainer.Options Options(ParseResult parsed) => new()
    {
        Network = parsed.GetValue(network),
        Epochs = parsed.GetValue(epochs),
        ImageSize = parsed.GetValue(size),
        ResizeSize = parsed.GetValue(resize),
        Channels = parsed.GetValue(channels),
        Resizing = ImageResizingEstimator.ResizingKind.IsoCrop,
        Activation = parsed.GetValue(activation),
        Dropout = parsed.GetValue(dropout),
        LearningRate = parsed.GetValue(rate),
        Schedule = parsed.GetValue(schedule),
        WeightDecay = parsed.GetValue(decay),
        LabelSmoothing = parsed.GetValue(smoothing),
        BalanceClasses = parsed.GetValue(balance),
        EarlyStoppingPatience = parsed.GetValue(stopping),
        ColorNoise = parsed.GetValue(noise),
        HorizontalFlip = !parsed.GetValue(noFlip),
        RandomCrop = !parsed.GetValue(noCrop),
        InitialWeights = parsed.GetValue(weights),
        TrainedLayers = parsed.GetValue(trained),
        Ensemble = parsed.GetValue(ensemble),
        SixthConvolution = parsed.GetValue(sixth),
        TenCrop = parsed.GetValue(tenCrop),
        TopK = parsed.GetValue(top),
        OutputFeatures = !parsed.GetValue(noFeatures),
        MemoryBudget = (long)parsed.GetValue(memory) << 20,
    };
}
