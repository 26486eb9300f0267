using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>
/// One or several trained networks as they score pictures: pixels [N, channels, H, W] in [0, 1], of the size they were resized to, to
/// probabilities [N, classes]; then, in this order and where asked for, the place of the highest, the highest few and their places, and the last hidden layers.
/// </summary>
internal sealed class ScoringNetwork : Module<Tensor, Tensor[]>
{
    private readonly Crops crops;
    private readonly PixelNormalization normalization;
    private readonly AlexNetModule[] networks;
    private readonly Module<Tensor, Tensor> softmax = Softmax(1);
    private readonly MeanOverCrops meanOverCrops;
    private readonly AverageOf average = new();
    private readonly Concat joined = new(1);
    private readonly TopK best = new(1);
    private readonly TopK? top;
    private readonly bool outputBest, outputFeatures;

    /// <param name="networks">At least one, all of one shape.</param>
    /// <param name="normalization">What they were trained behind.</param>
    /// <param name="inputSize">Height and width of the pixels.</param>
    /// <param name="tenCrop">Whether ten crops are averaged.</param>
    /// <param name="outputBest">Whether the place of the highest score is given.</param>
    /// <param name="topK">How many of the highest are; 0 for none.</param>
    /// <param name="outputFeatures">Whether the last hidden layers are.</param>
    public ScoringNetwork(IReadOnlyList<AlexNetModule> networks, PixelNormalization normalization, int inputSize, bool tenCrop, bool outputBest = false, int topK = 0, bool outputFeatures = false)
        : base(nameof(ScoringNetwork))
    {
        this.networks = [.. networks];
        this.normalization = normalization;
        this.outputBest = outputBest;
        this.outputFeatures = outputFeatures;
        crops = new Crops(inputSize, networks[0].Shape.Size, tenCrop);
        meanOverCrops = new MeanOverCrops(crops.Count);
        top = topK > 0 ? new TopK(topK) : null;
        RegisterComponents();
        for (int i = 0; i < this.networks.Length; i++)
            register_module($"network{i}", this.networks[i]);
    }

    public override Tensor[] forward(Tensor pixels)
    {
        Tensor normalised = normalization.call(crops.call(pixels));
        Tensor[] hidden = [.. networks.Select(network => network.Hidden(normalised))];
        Tensor[] each = [.. networks.Select((network, i) => OverCrops(softmax.call(network.Output.call(hidden[i]))))];
        Tensor scores = Average(each);
        List<Tensor> outputs = [scores];
        if (outputBest)
            outputs.Add(best.call(scores).Item2);
        if (top is not null)
        {
            (Tensor values, Tensor places) = top.call(scores);
            outputs.AddRange([values, places]);
        }
        if (outputFeatures)
            outputs.Add(hidden.Length == 1 ? OverCrops(hidden[0]) : joined.call([.. hidden.Select(OverCrops)]));
        return [.. outputs];
    }

    private Tensor OverCrops(Tensor rows) => crops.Count == 1 ? rows : meanOverCrops.call(rows);

    private Tensor Average(Tensor[] each) => each.Length == 1 ? each[0] : average.call(each);
}
