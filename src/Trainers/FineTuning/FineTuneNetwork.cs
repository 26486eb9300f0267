using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.FineTuning;

/// <summary>A backbone with a head of its own: pixels [N, channels, height, width] in [0, 1] to logits [N, classes].</summary>
internal sealed class FineTuneNetwork : Module<Tensor, Tensor>
{
    private readonly BackbonePreparation preparation;
    private readonly Backbone backbone;
    private readonly Linear head;

    /// <summary>With a head of zeros; the modules become its own.</summary>
    public FineTuneNetwork(BackbonePreparation preparation, Backbone backbone, int classes)
        : base(nameof(FineTuneNetwork))
    {
        (this.preparation, this.backbone, head) = (preparation, backbone, Linear(backbone.Length, classes));
        using (no_grad())
        {
            init.zeros_(head.weight);
            init.zeros_(head.bias!);
        }

        register_buffer("mean", zeros(backbone.Length));
        register_buffer("deviation", ones(backbone.Length));
        RegisterComponents();
        eval();
    }

    public int FeatureCount => backbone.Length;

    /// <summary>What the head is told by a regression: weights [classes, features] and biases of features of this mean and deviation.</summary>
    public void SetHead(float[] mean, float[] deviation, float[] weights, float[] biases)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach ((Tensor target, float[] values) in ((Tensor, float[])[])[(get_buffer("mean")!, mean), (get_buffer("deviation")!, deviation), (head.weight, weights), (head.bias!, biases)])
            target.copy_(tensor(values).reshape(target.shape));
    }

    /// <summary>The backbone's features, [N, features].</summary>
    public Tensor Features(Tensor pixels) => backbone.call(preparation.call(pixels));

    /// <summary>Features to logits.</summary>
    public Tensor Head(Tensor features) => head.call((features - get_buffer("mean")!) / get_buffer("deviation")!);

    public override Tensor forward(Tensor pixels) => Head(Features(pixels));

    // A few rows tell too little for statistics of their own: the backbone's stay (and dropout, which was its training's, stays out).
    public override void train(bool on = true)
    {
        base.train(on);
        backbone.eval();
    }
}

/// <summary>The network as files hold it: pixels to probabilities; then, in this order and where asked for, the place of the highest, the highest few and their places, and the features.</summary>
internal static class FineTuneScores
{
    /// <param name="network">The trained network.</param>
    /// <param name="outputBest">Whether the place of the highest score is given.</param>
    /// <param name="topK">How many of the highest are; 0 for none.</param>
    /// <param name="outputFeatures">Whether the features are.</param>
    public static ExportableModule Of(FineTuneNetwork network, bool outputBest, int topK, bool outputFeatures) => ExportableModule.FromFunction(inputs =>
    {
        Tensor features = network.Features(inputs[0]), scores = network.Head(features).softmax(1);
        List<Tensor> outputs = [scores];
        if (outputBest)
            outputs.Add(scores.topk(1).indexes);
        if (topK > 0)
        {
            (Tensor values, Tensor places) = scores.topk(topK);
            outputs.AddRange([values, places]);
        }

        if (outputFeatures)
            outputs.Add(features);
        return [.. outputs];
    }, network);
}
