using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen;

/// <summary>Applies an ONNX file to many rows at once: what <see cref="OnnxScoringEstimator"/> gives, sooner.</summary>
public sealed class BatchedOnnxEstimator : IEstimator<BatchedOnnxTransformer>
{
    private const string CopyName = "model.onnx";

    private readonly OnnxScoringEstimator inner;
    private readonly OnnxBatchingOptions batching;
    private readonly OnnxModelSource file;
    private readonly TemporaryFolder? copy;
    private BatchedOnnxTransformer? transformer;

    internal BatchedOnnxEstimator(MLContext context, Options options)
    {
        if (string.IsNullOrEmpty(options.ModelFile) == options.Model is null)
            throw new ArgumentException($"Give an ONNX file by its path, {nameof(Options.ModelFile)}, or its bytes, {nameof(Options.Model)}: one of the two", nameof(options));
        batching = options.Checked();
        batching.Context ??= context;
        copy = options.Model is { } bytes ? Copied(bytes, context.TempFilePath) : null;
        string path = copy?.File(CopyName) ?? options.ModelFile!;
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no ONNX file '{path}'", path);
        file = new OnnxModelSource(path, null, options.InputColumns, options.OutputColumns, new Dictionary<string, int[]>(options.ShapeDictionary ?? new Dictionary<string, int[]>()));
        // Single rows alone go through it: on the processor, whatever GPU the context names.
        MLContext processor = context.GpuDeviceId is null ? context : new MLContext { TempFilePath = context.TempFilePath };
        inner = processor.Transforms.ApplyOnnxModel(new OnnxOptions
        {
            ModelFile = path,
            InputColumns = options.InputColumns ?? [],
            OutputColumns = options.OutputColumns ?? [],
            ShapeDictionary = options.ShapeDictionary,
            RecursionLimit = options.RecursionLimit,
            IntraOpNumThreads = options.IntraOpNumThreads,
            InterOpNumThreads = options.InterOpNumThreads,
        });
    }

    /// <summary>The transformer; the same one at every call, as ML.NET's estimator that learns nothing gives.</summary>
    /// <exception cref="ArgumentException">An input column is absent, or of another type than the file's input.</exception>
    /// <exception cref="InvalidOperationException">No execution provider that may run the network is there.</exception>
    public BatchedOnnxTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        OnnxTransformer fitted = inner.Fit(input);
        transformer ??= new BatchedOnnxTransformer(fitted, batching, file, copy);
        // What is wrong with the session is told here, and not with the first row.
        _ = transformer.Session;
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inner.GetOutputSchema(inputSchema);

    // It goes with the transformer, which reads it again when it is saved.
    private static TemporaryFolder Copied(Stream bytes, string? parent)
    {
        TemporaryFolder folder = new(parent);
        using FileStream file = File.Create(folder.File(CopyName));
        bytes.CopyTo(file);
        return folder;
    }

    /// <summary>The arguments of ML.NET's <c>ApplyOnnxModel</c>, and how rows are put together.</summary>
    public sealed class Options : OnnxBatchingOptions
    {
        /// <summary>The ONNX file, which must stay where it is: ML.NET reads it again when it saves the model. Or <see cref="Model"/>.</summary>
        public string? ModelFile { get; set; }

        /// <summary>The ONNX file's bytes, read to the end when the estimator is made. Or <see cref="ModelFile"/>.</summary>
        public Stream? Model { get; set; }

        /// <summary>The columns that the network reads: names of its inputs. Null or empty: all its inputs.</summary>
        public string[]? InputColumns { get; set; }

        /// <summary>The columns to add: names of its outputs. Null or empty: all its outputs.</summary>
        public string[]? OutputColumns { get; set; }

        /// <summary>Shapes, by input or output, that take the place of those in the file, whose unknown lengths they give. The first is the batch's, 1.</summary>
        public IDictionary<string, int[]>? ShapeDictionary { get; set; }

        /// <summary>How deep the file's messages may be nested.</summary>
        public int RecursionLimit { get; set; } = 100;
    }
}
