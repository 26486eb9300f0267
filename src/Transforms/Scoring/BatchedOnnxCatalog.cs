using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen;

/// <summary>ONNX models on many rows at once: <c>ml.Transforms.ApplyOnnxModelBatched(ml, …)</c> and <c>model.WithBatching(32)</c>.</summary>
public static class BatchedOnnxCatalog
{
    /// <summary>Applies an ONNX file, one input to one output: see <see cref="ApplyOnnxModelBatched(TransformsCatalog, MLContext, BatchedOnnxEstimator.Options)"/>.</summary>
    /// <param name="catalog">ML.NET's.</param>
    /// <param name="context">Whose it is: nothing public leads from one to the other.</param>
    /// <param name="outputColumnName">The column to add, an output of the file.</param>
    /// <param name="inputColumnName">The column that it reads, the file's input.</param>
    /// <param name="modelFile">The file.</param>
    /// <param name="batchSize">Rows that are run at once; null: by the size of a row.</param>
    public static BatchedOnnxEstimator ApplyOnnxModelBatched(
        this TransformsCatalog catalog, MLContext context, string outputColumnName, string inputColumnName, string modelFile, int? batchSize = null) =>
        catalog.ApplyOnnxModelBatched(context, new BatchedOnnxEstimator.Options { OutputColumns = [outputColumnName], InputColumns = [inputColumnName], ModelFile = modelFile, BatchSize = batchSize });

    /// <summary>Applies an ONNX file as ML.NET's <c>ApplyOnnxModel</c> does, with the same values, to many rows at once.</summary>
    /// <param name="catalog">ML.NET's.</param>
    /// <param name="context">Whose it is: nothing public leads from one to the other.</param>
    /// <param name="options">The file, its columns, and how its rows are put together.</param>
    /// <exception cref="ArgumentException">No file is named, or a number is out of range.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static BatchedOnnxEstimator ApplyOnnxModelBatched(this TransformsCatalog catalog, MLContext context, BatchedOnnxEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        return new BatchedOnnxEstimator(context, options);
    }

    /// <inheritdoc cref="WithBatching(ITransformer, OnnxBatchingOptions)"/>
    /// <param name="model">The model.</param>
    /// <param name="batchSize">Rows that are run at once; null: by the size of a row.</param>
    public static ITransformer WithBatching(this ITransformer model, int? batchSize = null) => model.WithBatching(new OnnxBatchingOptions { BatchSize = batchSize });

    /// <summary>
    /// The model with a <see cref="BatchedOnnxTransformer"/> in the place of each <see cref="OnnxTransformer"/> in it, also in chains inside chains; a model without any is what it was.
    /// It saves as before. Dispose it instead of the model, whose other parts are in it. A transformer of this library's own trainers is itself, and runs its rows so from then on.
    /// </summary>
    /// <param name="model">Such as <c>ml.Model.Load</c> gives, or <c>Fit</c>.</param>
    /// <param name="options">How rows are put together.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static ITransformer WithBatching(this ITransformer model, OnnxBatchingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        return model switch
        {
            OnnxTransformer network => new BatchedOnnxTransformer(network, options),
            BatchedOnnxTransformer batched => batched.With(options),
            IBatchingTransformer own => own.WithBatching(options),
            IEnumerable<ITransformer> chain => Replaced(model, [.. chain], options),
            _ => model,
        };
    }

    private static ITransformer Replaced(ITransformer chain, ITransformer[] parts, OnnxBatchingOptions options)
    {
        ITransformer[] replaced = [.. parts.Select(part => part.WithBatching(options))];
        return replaced.SequenceEqual(parts) ? chain : new TransformerChain<ITransformer>(replaced, ScopesOf(chain, parts));
    }

    // A chain tells what is for training alone by leaving it out elsewhere.
    private static TransformerScope[] ScopesOf(ITransformer chain, ITransformer[] parts)
    {
        TransformerScope[] scopes = new TransformerScope[parts.Length];
        if (chain.GetType().GetMethod(nameof(TransformerChain<>.GetModelFor)) is not { } filter)
            return [.. parts.Select(_ => TransformerScope.Everything)];
        foreach (TransformerScope scope in (TransformerScope[])[TransformerScope.Training, TransformerScope.Testing, TransformerScope.Scoring])
        {
            ITransformer[] left = [.. (IEnumerable<ITransformer>)filter.Invoke(chain, [scope])!];
            int at = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                if (at < left.Length && ReferenceEquals(left[at], parts[i]))
                {
                    scopes[i] |= scope;
                    at++;
                }
            }
        }
        return scopes;
    }
}
