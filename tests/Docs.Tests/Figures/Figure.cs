namespace MLNetGen.Tests.Docs.Figures;

/// <summary>A picture of a page that the project draws itself: <c>MLNETGEN_UPDATE_DOCS=1 ./mlnetgen test</c> draws it again.</summary>
/// <param name="Name">The file's path in docs/, a .png or, of several frames, a .gif.</param>
/// <param name="Draw">Its frames.</param>
internal sealed record Figure(string Name, Func<IReadOnlyList<Picture>> Draw)
{
    private static readonly TimeSpan Frame = TimeSpan.FromSeconds(0.7), Rest = TimeSpan.FromSeconds(2);

    public static IReadOnlyList<Figure> All { get; } =
    [
        new("basics/convolution.gif", ConvolutionFigure.Convolutions),
        new("basics/transposed-convolution.gif", ConvolutionFigure.TransposedConvolutions),
        new("basics/un-pooling.png", UnPoolingFigure.Draw),
        new("basics/activations.png", ActivationFigure.Draw),
        new("basics/dropout.png", DropoutFigure.Draw),
    ];

    public string Path => System.IO.Path.Combine(Repository.Root!, "docs", Name);

    public void Save(string path)
    {
        IReadOnlyList<Picture> frames = Draw();
        if (path.EndsWith(".gif", StringComparison.Ordinal))
            PictureAnimation.SaveGif(path, frames, Frame, Rest);
        else
            frames[0].Save(path);
    }
}
