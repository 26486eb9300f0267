using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>
/// Mean squared differences of Gram matrices, summed over layers with a weight each: Σ w·Σd²/C², the mean over the batch.
/// </summary>
/// <remarks>
/// Normalised as the classic TensorFlow code is (lengstrom/fast-style-transfer, optimize.py). With several styles, a picture's
/// target is its own mixture of their Gram matrices.
/// </remarks>
internal sealed class StyleLoss : IDisposable
{
    private readonly Dictionary<string, Target> targets;

    /// <param name="features">What the layers say of each style picture: a dictionary a style, of [1, C, h, w].</param>
    /// <param name="layerWeights">The layers and what each counts.</param>
    public StyleLoss(IReadOnlyList<IReadOnlyDictionary<string, Tensor>> features, IReadOnlyDictionary<string, double> layerWeights)
    {
        using var noGradient = no_grad();
        targets = layerWeights.ToDictionary(layer => layer.Key, layer =>
        {
            using var scope = NewDisposeScope();
            Tensor grams = cat([.. features.Select(style => GramMatrix.Of(style[layer.Key]))], 0);
            return new Target(layer.Value, grams.DetachFromDisposeScope());
        });
        Styles = features.Count;
    }

    public int Styles { get; }

    /// <summary>One style for all pictures, the only one there is.</summary>
    public Tensor Of(IReadOnlyDictionary<string, Tensor> features) => Styles == 1
        ? Sum(features, grams => grams)
        : throw new InvalidOperationException($"There are {Styles} styles: say how much of each a picture is to have.");

    /// <param name="features">Of the stylised pictures, each [N, C, H, W].</param>
    /// <param name="mixing">How much of each style a picture is to have: float32 [N, styles].</param>
    public Tensor Of(IReadOnlyDictionary<string, Tensor> features, Tensor mixing) => Sum(features, grams =>
        mixing.matmul(grams.reshape(grams.shape[0], -1)).reshape(-1, grams.shape[1], grams.shape[2]));

    /// <summary>Each layer's share, without its weight.</summary>
    public IReadOnlyDictionary<string, Tensor> ByLayer(IReadOnlyDictionary<string, Tensor> features) =>
        targets.ToDictionary(target => target.Key, target => Difference(features[target.Key], target.Value.Grams));

    public void Dispose()
    {
        foreach (Target target in targets.Values) target.Grams.Dispose();
    }

    private Tensor Sum(IReadOnlyDictionary<string, Tensor> features, Func<Tensor, Tensor> wanted) =>
        targets.Select(target => Difference(features[target.Key], wanted(target.Value.Grams)) * target.Value.Weight).Aggregate((sum, term) => sum + term);

    private static Tensor Difference(Tensor features, Tensor wanted) => (GramMatrix.Of(features) - wanted).square().mean();

    private sealed record Target(double Weight, Tensor Grams);
}
