using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class DataOperationsCatalog : IInternalCatalog
{
    private readonly IHostEnvironment env;

    internal DataOperationsCatalog(IHostEnvironment env)
    {
        this.env = env;
    }

    IHostEnvironment IInternalCatalog.Environment => env;
}
