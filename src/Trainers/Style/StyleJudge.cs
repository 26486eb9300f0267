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
