using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>Paints the test pictures, and says what the loss makes of them.</summary>
internal sealed class StyleJudge : IDisposable
{
    private readonly PerceptualLoss loss;
    private readonly IReadOnlyList<(string Name, Tensor Pixels)> pictures;
    private readonly Device device;

    public StyleJudge(PerceptualLoss loss, IReadOnlyList<(string Name, Picture Picture)> pictures, Device device)
    {
        this.loss = loss;
        this.device = device;
        Pictures = pictures;
        this.pictures = [.. pictures.Select(test => (test.Name, StylePictures.ToTensor(test.Picture, device).DetachFromDisposeScope()))];
    }

    public IReadOnlyList<(string Name, Picture Picture)> Pictures { get; }

    /// <summary>What the loss makes of every picture's painting in every style, a picture's together; and the paintings, those of several styles side by side.</summary>
    public (IReadOnlyList<StyleLossTerms> Terms, IReadOnlyList<(string Name, Picture Painted)> Painted) Judge(TransformNetwork network)
    {
        using var noGradient = no_grad();
        List<StyleLossTerms> terms = [];
        List<(string, Picture)> painted = [];
        foreach ((string name, Tensor pixels) in pictures)
        {
            using var scope = NewDisposeScope();
            List<Tensor> ofStyles = [];
            for (int style = 0; style < network.Shape.Styles; style++)
            {
                Tensor one = Paint(network, pixels, style);
                terms.Add(Terms(one, pixels, style, network.Shape.Styles));
                ofStyles.Add(one);
            }
            painted.Add((name, StylePictures.ToPicture(cat(ofStyles, 3))));
        }
        return (terms, painted);
    }

    /// <summary>What the loss makes of any picture beside a test picture of the same size.</summary>
    public StyleLossTerms Of(int picture, Picture other, int style, int styles)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return Terms(StylePictures.ToTensor(other, device), pictures[picture].Pixels, style, styles);
    }

    /// <summary>What a test picture's painting lost of the content (<see cref="PerceptualLoss.ContentError"/>).</summary>
    public double ContentErrorOf(int picture, Picture painted)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return loss.ContentError(StylePictures.ToTensor(painted, device), pictures[picture].Pixels);
    }

    /// <summary>A test picture's painting.</summary>
    public Picture Paint(TransformNetwork network, int picture, int style)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return StylePictures.ToPicture(Paint(network, pictures[picture].Pixels, style));
    }

    public void Dispose()
    {
        foreach ((_, Tensor pixels) in pictures) pixels.Dispose();
    }

    private StyleLossTerms Terms(Tensor painted, Tensor pixels, int style, int styles) =>
        (styles == 1 ? loss.Terms(painted, pixels) : loss.Terms(painted, pixels, StyleMixtures.Only(style, styles, device))).ToNumbers();

    // As the ONNX file does: padded to a multiple of 4, cropped, limited to 0 … 255, and rounded as a picture is.
    private Tensor Paint(TransformNetwork network, Tensor pixels, int style)
    {
        Tensor[] mixture = network.Shape.Styles == 1 ? [] : [StyleMixtures.Only(style, network.Shape.Styles, device)];
        return new StylizerModule(network).call([pixels, ones(1, device: device), .. mixture]).round();
    }
}

/// <summary>What the loss makes of a test picture's painting, and of the photograph that merely has the painting's colours.</summary>
/// <param name="Picture">The test picture's name.</param>
/// <param name="Style">Which painting, from 0.</param>
/// <param name="Terms">Of the network's painting.</param>
/// <param name="ColourMatched">Of the photograph with its colours matched, by mean and covariance or by histograms: the better of the two.</param>
/// <param name="ContentError">What the painting lost of the photograph's content (<see cref="PerceptualLoss.ContentError"/>).</param>
internal sealed record StyleResult(string Picture, int Style, StyleLossTerms Terms, StyleLossTerms ColourMatched, double ContentError)
{
    public double Ratio => Terms.Total / ColourMatched.Total;

    /// <summary>Of the style alone: a smear has little of it and much of <see cref="ContentError"/>, which the sum of both hides.</summary>
    public double StyleRatio => Terms.Style / ColourMatched.Style;

    /// <param name="judge">Has the test pictures.</param>
    /// <param name="paint">Paints one of them in a style, both from 0.</param>
    /// <param name="paintings">The styles, as the loss network got them.</param>
    public static StyleResult[] Of(StyleJudge judge, Func<int, int, Picture> paint, IReadOnlyList<Picture> paintings)
    {
        List<StyleResult> results = [];
        for (int style = 0; style < paintings.Count; style++)
        {
            for (int i = 0; i < judge.Pictures.Count; i++)
            {
                (string name, Picture picture) = judge.Pictures[i];
                StyleLossTerms matched = new[] { ColorMatching.MatchMeanAndCovariance(picture, paintings[style]), ColorMatching.MatchHistograms(picture, paintings[style]) }
                    .Select(recoloured => judge.Of(i, recoloured, style, paintings.Count)).MinBy(one => one.Total)!;
                Picture painted = paint(i, style);
                results.Add(new(name, style, judge.Of(i, painted, style, paintings.Count), matched, judge.ContentErrorOf(i, painted)));
            }
        }
        return [.. results];
    }
}

/// <summary>What is known of a run that ended.</summary>
/// <param name="History">Its settings and figures.</param>
/// <param name="Tests">The test pictures.</param>
/// <param name="Paintings">As the loss network got them.</param>
/// <param name="Results">What the loss makes of the test pictures.</param>
/// <param name="HasHeldOut">Whether the test pictures are others than those trained on.</param>
internal sealed record StyleRun(StyleHistory History, IReadOnlyList<(string Name, Picture Picture)> Tests, IReadOnlyList<Picture> Paintings, IReadOnlyList<StyleResult> Results, bool HasHeldOut)
{
    /// <summary>A figure of the worst test picture; null where there is none.</summary>
    public double? Worst(Func<StyleResult, double> figure) => Results.Count == 0 ? null : Results.Max(figure);
}
