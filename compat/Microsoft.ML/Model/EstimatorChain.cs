using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Estimators fitted one after the other, each on the rows that those before it transformed.</summary>
public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly IEstimator<ITransformer>[] estimators;
    private readonly TransformerScope[] scopes;
    private readonly bool[] cacheAfter;

    public readonly IEstimator<TLastTransformer> LastEstimator;

    public EstimatorChain()
        : this([], [], [])
    {
    }

    internal EstimatorChain(IEstimator<ITransformer>[] estimators, TransformerScope[] scopes, bool[] cacheAfter)
    {
        this.estimators = estimators;
        this.scopes = scopes;
        this.cacheAfter = cacheAfter;
        LastEstimator = estimators.LastOrDefault() as IEstimator<TLastTransformer>;
    }

    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        // Errors of the schema come before any training.
        GetOutputSchema(SchemaShape.Create(input.Schema));
        IDataView current = input;
        var transformers = new ITransformer[estimators.Length];
        for (int i = 0; i < estimators.Length; i++)
        {
            transformers[i] = estimators[i].Fit(current);
            current = transformers[i].Transform(current);
            if (cacheAfter[i] && i < estimators.Length - 1)
                current = new CacheDataView(current, []);
        }
        return new TransformerChain<TLastTransformer>(transformers, scopes);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        estimators.Aggregate(inputSchema, (shape, estimator) => estimator.GetOutputSchema(shape));

    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        Contracts.CheckValue(estimator, nameof(estimator));
        return new EstimatorChain<TNewTrans>([.. estimators, estimator], [.. scopes, scope], [.. cacheAfter, false]);
    }

    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        Contracts.CheckValue(env, nameof(env));
        Contracts.Check(estimators.Length > 0, "Current estimator chain has no estimator, can't append cache checkpoint.");
        return cacheAfter[^1] ? this : new EstimatorChain<TLastTransformer>(estimators, scopes, [.. cacheAfter[..^1], true]);
    }
}
