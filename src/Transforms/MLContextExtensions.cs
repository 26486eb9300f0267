using Microsoft.ML;

namespace MLNetGen;

/// <summary>Where MLNetGen hangs off ML.NET's entry point: <c>ml.Images</c> and <c>ml.Generative</c>.</summary>
public static class MLContextExtensions
{
    extension(MLContext context)
    {
        /// <summary>Loading, making and drawing pictures.</summary>
        public ImageCatalog Images => new(context);

        /// <summary>Generative models: trainers, sampling and evaluation.</summary>
        public GenerativeCatalog Generative => new(context);
    }
}
