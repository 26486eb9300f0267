using System.Collections;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Transformers applied one after the other.</summary>
public sealed class TransformerChain<TLastTransformer> : ITransformer, IEnumerable<ITransformer>, IDisposable
    where TLastTransformer : class, ITransformer
{
    private readonly ITransformer[] transformers;
    private readonly TransformerScope[] scopes;
    private bool disposed;

    public readonly TLastTransformer LastTransformer;

    public TransformerChain(IEnumerable<ITransformer> transformers, IEnumerable<TransformerScope> scopes)
    {
        this.transformers = transformers?.ToArray() ?? [];
        this.scopes = scopes?.ToArray() ?? [];
        LastTransformer = this.transformers.LastOrDefault() as TLastTransformer;
        Contracts.Check(this.transformers.Length > 0 == (LastTransformer != null), $"The last transformer is not a {typeof(TLastTransformer)}");
        Contracts.Check(this.transformers.Length == this.scopes.Length, "There must be as many scopes as transformers");
    }

    public TransformerChain(params ITransformer[] transformers)
        : this(transformers, transformers?.Select(_ => TransformerScope.Everything))
    {
    }

    bool ITransformer.IsRowToRowMapper => transformers.All(transformer => transformer.IsRowToRowMapper);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetOutputSchema(inputSchema, TransformerScope.Scoring);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema, TransformerScope scope)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return InScope(scope).Aggregate(inputSchema, (schema, item) => item.Transformer.GetOutputSchema(schema));
    }

    public IDataView Transform(IDataView input) => Transform(input, TransformerScope.Scoring);

    public IDataView Transform(IDataView input, TransformerScope scope)
    {
        Contracts.CheckValue(input, nameof(input));
        // Errors of the schema come before any work is done.
        GetOutputSchema(input.Schema, scope);
        return InScope(scope).Aggregate(input, (data, item) => item.Transformer.Transform(data));
    }

    public TransformerChain<ITransformer> GetModelFor(TransformerScope scopeFilter)
    {
        (ITransformer Transformer, TransformerScope Scope)[] kept = InScope(scopeFilter).ToArray();
        return new TransformerChain<ITransformer>(kept.Select(item => item.Transformer), kept.Select(item => item.Scope));
    }

    public TransformerChain<TNewLast> Append<TNewLast>(TNewLast transformer, TransformerScope scope = TransformerScope.Everything)
        where TNewLast : class, ITransformer
    {
        Contracts.CheckValue(transformer, nameof(transformer));
        return new TransformerChain<TNewLast>(transformers.Append(transformer), scopes.Append(scope));
    }

    public IEnumerator<ITransformer> GetEnumerator() => ((IEnumerable<ITransformer>)transformers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        Contracts.Check(((ITransformer)this).IsRowToRowMapper,
            $"{nameof(ITransformer.GetRowToRowMapper)} method called despite {nameof(ITransformer.IsRowToRowMapper)} being false.");
        return new ChainRowMapper(inputSchema, transformers);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetLoader<TransformerChainLoader>();
        ctx.Writer.Write(transformers.Length);
        for (int i = 0; i < transformers.Length; i++)
        {
            ctx.Writer.Write((int)scopes[i]);
            ctx.SaveModel(transformers[i], TransformerChainLoader.FolderOf(i));
        }
    }

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        foreach (ITransformer transformer in transformers)
            (transformer as IDisposable)?.Dispose();
    }

    private IEnumerable<(ITransformer Transformer, TransformerScope Scope)> InScope(TransformerScope scope) =>
        transformers.Zip(scopes).Where(item => (item.Second & scope) != TransformerScope.None);
}
