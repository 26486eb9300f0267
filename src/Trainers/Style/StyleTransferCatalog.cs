namespace MLNetGen;

/// <summary>Style transfer in <c>mlContext.Generative</c>.</summary>
public static class StyleTransferCatalog
{
    /// <summary>A network that repaints pictures in the style of a painting, with the default settings.</summary>
    /// <param name="catalog">The generative catalog.</param>
    /// <param name="outputColumnName">The column of repainted pictures to add.</param>
    /// <param name="inputColumnName">The column of pictures (MLImage).</param>
    /// <param name="stylePicture">The painting's file.</param>
    public static StyleTransferTrainer StyleTransfer(this GenerativeCatalog catalog, string outputColumnName, string inputColumnName, string stylePicture) =>
        catalog.StyleTransfer(new StyleTransferTrainer.Options { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, StylePictures = [stylePicture] });

    /// <summary>A network that repaints pictures in the style of one painting or several.</summary>
    /// <param name="catalog">The generative catalog.</param>
    /// <param name="options">Which paintings, which networks, and how to train.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static StyleTransferTrainer StyleTransfer(this GenerativeCatalog catalog, StyleTransferTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new StyleTransferTrainer(catalog.Context, options);
    }
}
