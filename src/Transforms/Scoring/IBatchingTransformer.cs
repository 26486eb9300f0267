using Microsoft.ML;

namespace MLNetGen;

/// <summary>A transformer of this library around a chain.</summary>
internal interface IBatchingTransformer : ITransformer
{
    /// <summary>What runs the chain's networks on many rows at once.</summary>
    ITransformer WithBatching(OnnxBatchingOptions options);
}
