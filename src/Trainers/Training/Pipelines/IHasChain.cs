using Microsoft.ML;

namespace MLNetGen;

/// <summary>A transformer of this library, and the chain of ML.NET's own that it is.</summary>
internal interface IHasChain
{
    ITransformer Chain { get; }
}
