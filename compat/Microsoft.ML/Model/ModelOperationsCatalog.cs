using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class ModelOperationsCatalog : IInternalCatalog
{
    private readonly IHostEnvironment env;

    internal ModelOperationsCatalog(IHostEnvironment env)
    {
        this.env = env;
    }

    IHostEnvironment IInternalCatalog.Environment => env;
}
