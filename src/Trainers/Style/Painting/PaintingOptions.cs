using Microsoft.ML.Data;
using MLNetGen.Style;

namespace MLNetGen;

/// <summary>How a picture is painted by optimising the picture itself.</summary>
public sealed class PaintingOptions
{
    /// <summary>
    /// The network that judges: a name of <see cref="LossNetworkNames"/>, or a file of weights: VGG-16 or VGG-19 as torchvision (.pth, .safetensors) or MatConvNet
    /// (imagenet-vgg-verydeep-19.mat) have them, any ONNX network for pictures, torchvision's alexnet, or an AlexNet of this library (classifier.onnx,
    /// checkpoints/network-1.checkpoint). Null takes <see cref="LossNetworkNames.ResNet18"/> where the application has its package, else
    /// <see cref="LossNetworkNames.Random"/>.
    /// </summary>
    public string? LossNetwork { get; set; }

    /// <summary>The layer that content is compared in; null takes the loss network's own: stage1 of ResNet-18, relu4_2 of a VGG.</summary>
    public string? ContentLayer { get; set; }

    /// <summary>The layers that style is compared in, and what each counts beside the others, above 0; null takes the loss network's own: conv1 and stage1 to stage3 of ResNet-18, relu1_1 to relu5_1 of a VGG, alike.</summary>
    public IReadOnlyDictionary<string, double>? StyleLayers { get; set; }

    /// <summary>
    /// Weight of the content term; null: 7.5 for imagenet-vgg-verydeep-19.mat. Other loss networks' terms are calibrated: 0.3 there, of the variance of the
    /// photograph's content. 0 paints from the style alone.
    /// </summary>
    public double? ContentWeight { get; set; }

    /// <summary>
    /// Weight of the style term; null: 100 for imagenet-vgg-verydeep-19.mat. Calibrated: 1, of the style loss of the photograph merely in the painting's colours. 0
    /// reconstructs the content alone.
    /// </summary>
    public double? StyleWeight { get; set; }

    /// <summary>
    /// Weight of the total variation; null: 200 for imagenet-vgg-verydeep-19.mat. Calibrated: 0.01, of that of the photograph merely in the painting's colours.
    /// </summary>
    public double? TotalVariationWeight { get; set; }

    /// <summary>What optimises.</summary>
    public PaintingOptimizer Optimizer { get; set; }

    /// <summary>
    /// The optimiser's rate, above 0. Null: 1 for L-BFGS; for Adam 5, of pixels from 0 to 255. Where L-BFGS has steps of Adam before it or between
    /// (<see cref="PaintingOptimizer.Lbfgs"/>), half the rate halves these too.
    /// </summary>
    public double? LearningRate { get; set; }

    /// <summary>How often the picture is changed; at least 1.</summary>
    public int Iterations { get; set; } = 300;

    /// <summary>What is painted over, where <see cref="StartPicture"/> is null. A painting without a photograph starts from noise.</summary>
    public PaintingStart Start { get; set; } = PaintingStart.ColorMatched;

    /// <summary>A picture to paint over; stretched to the size of the painting.</summary>
    public MLImage? StartPicture { get; set; }

    /// <summary>
    /// The longer side of the painting in pixels, any; null: the photograph's, at most 512, or 256 without a photograph. Time and memory grow with its square: a
    /// VGG-19 keeps some 0.4 GB of features for 512, and 18 GB for 12 megapixels.
    /// </summary>
    public int? Size { get; set; }

    /// <summary>
    /// How large strokes are: the style picture's longer side is this many times the painting's. Above 0. Larger ones show more of few strokes.
    /// </summary>
    public double StyleScale { get; set; } = 1;

    /// <summary>Whether the photograph's colours are kept.</summary>
    public KeptColors KeptColors { get; set; }

    /// <summary>Where to paint: white is painted, black stays the photograph, grey is both in proportion. Stretched to the size of the painting. Null: everywhere.</summary>
    public MLImage? Mask { get; set; }

    /// <summary>
    /// A folder for snapshots, an animation, the report and figures; it is made if it is not there, and an earlier painting's snapshots are removed. Null writes
    /// nothing.
    /// </summary>
    public string? WorkspacePath { get; set; }

    /// <summary>Iterations between two snapshots in the <see cref="WorkspacePath"/>; 0 takes none.</summary>
    public int SnapshotInterval { get; set; } = 20;

    /// <summary>Seeds the noise. Null takes it from the context's own seed.</summary>
    public int? Seed { get; set; }

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. Null takes the first CUDA device, or the CPU where there is none.</summary>
    public string? Device { get; set; }

    /// <summary>Processor cores that libtorch may use; 0 for all of them.</summary>
    public int NumberOfThreads { get; set; }

    /// <summary>Told of every iteration, on the thread that paints.</summary>
    public Action<PaintingProgress>? ProgressCallback { get; set; }

    /// <summary>
    /// Stops between two iterations; what was painted so far is the result. Cancelled while another run of the process is still going on, for which a painting
    /// waits, there is none: <see cref="OperationCanceledException"/>.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>The command that repeats the run, if it was one: for <c>run.json</c>.</summary>
    public IReadOnlyList<string>? CommandLine { get; set; }

    internal void Validate()
    {
        OptionCheck.AtLeast(nameof(Iterations), Iterations, 1);
        OptionCheck.AtLeast(nameof(SnapshotInterval), SnapshotInterval, 0);
        OptionCheck.AtLeast(nameof(NumberOfThreads), NumberOfThreads, 0);
        OptionCheck.AtLeast(nameof(Size), Size ?? 1, 1);
        OptionCheck.Positive(nameof(StyleScale), StyleScale);
        OptionCheck.Positive(nameof(LearningRate), LearningRate ?? 1);
        LossOptionCheck.Validate(ContentWeight, StyleWeight, TotalVariationWeight, StyleLayers);
    }

    internal TrainingOptions ToSession() => new SessionOptions
    {
        Seed = Seed,
        Device = Device,
        NumberOfThreads = NumberOfThreads,
        CancellationToken = CancellationToken,
    };

    private sealed class SessionOptions : TrainingOptions;
}

/// <summary>How a picture is optimised.</summary>
public enum PaintingOptimizer
{
    /// <summary>L-BFGS with steps of a fixed length: fewest iterations. Gatys, Ecker and Bethge 2016, section 2.3.</summary>
    /// <remarks>
    /// From noise, the first 30 iterations, at most half of all, are steps of Adam: where there is next to no contrast there is next to no curvature, and L-BFGS
    /// would leap. Where a step makes the loss three times the best one's, painting goes on from the best picture with ten small steps of Adam and half the rate.
    /// </remarks>
    Lbfgs,

    /// <summary>Adam: less memory, and goes on where L-BFGS gives up.</summary>
    Adam,
}

/// <summary>What is painted over.</summary>
public enum PaintingStart
{
    /// <summary>The photograph with the mean and covariance of the painting's colours, which a trained loss network alone hardly brings; without a painting, the photograph.</summary>
    ColorMatched,

    /// <summary>The photograph.</summary>
    Content,

    /// <summary>The mean pixel with noise from N(0, 0.256), of pixels from 0 to 255: next to nothing, so that no place is decided beforehand. L-BFGS begins after some steps of Adam (<see cref="PaintingOptimizer.Lbfgs"/>).</summary>
    Noise,
}
