namespace MLNetGen;

/// <summary>Puts <c>SuperResolution</c> into <c>mlContext.Generative</c>.</summary>
public static class SuperResolutionCatalog
{
    extension(GenerativeCatalog catalog)
    {
        /// <summary>A network that enlarges pictures, with the default network and settings.</summary>
        /// <param name="outputColumnName">The column of enlarged pictures to add.</param>
        /// <param name="inputColumnName">A column of pictures (MLImage): sharp ones to learn from, small ones to enlarge.</param>
        /// <param name="factor">How many times as wide and high pictures become: 2, 4, 8 or 16.</param>
        /// <exception cref="ArgumentException">The factor is another, or a name is empty.</exception>
        public SuperResolutionTrainer SuperResolution(string outputColumnName = "Upscaled", string inputColumnName = "Image", int factor = 4) =>
            catalog.SuperResolution(new SuperResolutionTrainer.Options { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, Factor = factor });

        /// <summary>A network that enlarges pictures.</summary>
        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public SuperResolutionTrainer SuperResolution(SuperResolutionTrainer.Options options)
        {
            ArgumentNullException.ThrowIfNull(options);
            return new SuperResolutionTrainer(catalog.Context, options);
        }
    }
}
