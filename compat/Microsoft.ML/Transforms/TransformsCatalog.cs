using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class TransformsCatalog : IInternalCatalog
{
    private readonly IHostEnvironment env;

    internal TransformsCatalog(IHostEnvironment env)
    {
        this.env = env;
        Conversion = new ConversionTransforms(env);
    }

    public ConversionTransforms Conversion { get; }

    IHostEnvironment IInternalCatalog.Environment => env;

    public sealed class ConversionTransforms : IInternalCatalog
    {
        private readonly IHostEnvironment env;

        internal ConversionTransforms(IHostEnvironment env)
        {
            this.env = env;
        }

        IHostEnvironment IInternalCatalog.Environment => env;
    }
}
