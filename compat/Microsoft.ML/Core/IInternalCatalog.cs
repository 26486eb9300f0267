using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>How catalog extension methods reach the environment.</summary>
internal interface IInternalCatalog
{
    IHostEnvironment Environment { get; }
}
