using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen;

/// <summary>Finds networks again in a chain that <c>Model.Load</c> gave back, by the columns they add.</summary>
internal static class ChainParts
{
    /// <summary>What the names of columns between a pipeline's stages begin with: a user's own columns have other names.</summary>
    public const string Between = "mlnetgen.";

    private const string Conversions = "ml.Transforms.LoadImages or ml.Images.LoadFolder make pictures of files, ml.Transforms.Conversion.ConvertType makes Single of other numbers, Concatenate vectors of columns.";

    /// <summary>A chain, and the columns between its stages dropped.</summary>
    public static TransformerChain<ITransformer> WithoutBetween(MLContext context, ITransformer chain, DataViewSchema input)
    {
        IDataView output = chain.Transform(new EmptyView(input));
        string[] between = [.. output.Schema.Where(column => !column.IsHidden && column.Name.StartsWith(Between, StringComparison.Ordinal)).Select(column => column.Name)];
        return new TransformerChain<ITransformer>(chain, context.Transforms.DropColumns(between).Fit(output));
    }

    /// <summary>The transformers of a chain, and of chains inside it.</summary>
    public static IEnumerable<ITransformer> Flatten(ITransformer model) => model switch
    {
        OnnxChainTransformer owner => Flatten(owner.Chain),
        IEnumerable<ITransformer> chain => chain.SelectMany(Flatten),
        _ => [model],
    };

    /// <summary>A transformer of this library inside a chain that it was trained in; null where there is none.</summary>
    public static T? Trained<T>(ITransformer model)
        where T : class, ITransformer =>
        model as T ?? (model as IEnumerable<ITransformer>)?.Select(Trained<T>).FirstOrDefault(found => found is not null);

    /// <summary>Closes the ONNX sessions of a chain; transformers of this library in it know that they are closed.</summary>
    public static void Dispose(ITransformer model)
    {
        if (model is IEnumerable<ITransformer> chain)
        {
            foreach (ITransformer part in chain) Dispose(part);
        }
        else if (model is IDisposable part)
        {
            part.Dispose();
        }
    }

    /// <summary>What ML.NET says of columns that a chain cannot take, in the names that a user knows, and with what to do.</summary>
    /// <exception cref="ArgumentException">A column is absent or of another type.</exception>
    public static T Tell<T>(ITransformer chain, DataViewSchema input, Func<T> apply)
    {
        try
        {
            return apply();
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName == "inputSchema")
        {
            string message = e.Message.Split(" (Parameter '")[0];
            if (message.Split('\'') is [_, var column, ..] && column.StartsWith(Between, StringComparison.Ordinal) && SourceOf(column, chain, input) is { } source)
                message = message.Replace($"'{column}'", $"'{source}'", StringComparison.Ordinal);
            throw new ArgumentException($"{message}. Give rows with the columns that the model was trained on, of the same types: {Conversions}", e);
        }
    }

    // The user's column that one between the stages is a copy of.
    private static string? SourceOf(string column, ITransformer chain, DataViewSchema input)
    {
        try
        {
            foreach (ITransformer part in Flatten(chain))
            {
                IRowToRowMapper mapper = part.GetRowToRowMapper(input);
                if (mapper.OutputSchema.GetColumnOrNull(column) is { } made) return mapper.GetDependencies([made]).Single().Name;
                input = mapper.OutputSchema;
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            // The columns do not go that far.
        }
        return null;
    }

    /// <summary>Names of the columns of pictures that a chain makes its own columns of.</summary>
    public static string[] PicturesReadBy(ITransformer chain, DataViewSchema input)
    {
        if (!chain.IsRowToRowMapper || !input.Any(column => column.Type is ImageDataViewType))
            return [];
        IRowToRowMapper mapper = chain.GetRowToRowMapper(input);
        IEnumerable<DataViewSchema.Column> added = mapper.OutputSchema.Where(column => input.GetColumnOrNull(column.Name) is not { } same || !ReferenceEquals(same.Type, column.Type));
        return [.. mapper.GetDependencies(added).Where(column => column.Type is ImageDataViewType).Select(column => column.Name).Distinct()];
    }

    /// <summary>The vectors of known size that a network adds to <paramref name="inputs"/>; null where it takes other columns.</summary>
    public static IReadOnlyDictionary<string, VectorDataViewType>? AddedBy(OnnxTransformer onnx, DataViewSchema inputs)
    {
        try
        {
            // Only what the network adds has a known size.
            return onnx.GetOutputSchema(inputs)
                .Where(c => !c.IsHidden && c.Type is VectorDataViewType { IsKnownSize: true })
                .ToDictionary(c => c.Name, c => (VectorDataViewType)c.Type);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null; // Somebody else's network, with inputs of other names.
        }
    }
}

/// <summary>The networks of a chain, such as <c>Model.Load</c> gives back, by the columns that they add.</summary>
internal sealed class ChainNetworks
{
    private readonly ITransformer[] parts;
    private readonly List<(OnnxTransformer Network, IReadOnlyDictionary<string, VectorDataViewType> Added)> networks = [];
    private readonly string maker;

    /// <param name="model">The chain.</param>
    /// <param name="maker">What makes such models, for the error.</param>
    /// <param name="inputs">The columns that its networks read.</param>
    public ChainNetworks(ITransformer model, string maker, params string[] inputs)
    {
        this.maker = maker;
        parts = [.. ChainParts.Flatten(model)];
        // Vectors of unknown size: OnnxTransformer takes them at this stage whatever size its network has.
        DataViewSchema schema = EmptyView.OfVectors(inputs).Schema;
        foreach (OnnxTransformer network in parts.OfType<OnnxTransformer>())
        {
            if (ChainParts.AddedBy(network, schema) is { } added)
                networks.Add((network, added));
        }
    }

    /// <summary>The network that adds a column.</summary>
    /// <exception cref="ArgumentException">There is none: the model is another's.</exception>
    public OnnxTransformer Adding(string column) => Find(column).Network;

    /// <summary>The length of a vector; 0 where no network adds it.</summary>
    public int LengthOf(string column) => networks.Select(network => network.Added.GetValueOrDefault(column)).FirstOrDefault(vector => vector is not null)?.Size ?? 0;

    /// <summary>The shape of one row of a column.</summary>
    /// <exception cref="ArgumentException">No network adds it.</exception>
    public long[] ShapeOf(string column)
    {
        // ML.NET puts the batch of one in front.
        IReadOnlyList<int> dimensions = Find(column).Added[column].Dimensions;
        return [.. dimensions.Skip(dimensions.Count is 2 or 4 ? 1 : 0)];
    }

    /// <summary>What stands before a network.</summary>
    public TransformerChain<ITransformer> Before(OnnxTransformer network) => new([.. parts.TakeWhile(part => part != network)]);

    private (OnnxTransformer Network, IReadOnlyDictionary<string, VectorDataViewType> Added) Find(string column)
    {
        foreach ((OnnxTransformer Network, IReadOnlyDictionary<string, VectorDataViewType> Added) found in networks)
        {
            if (found.Added.ContainsKey(column))
                return found;
        }

        throw NotMade(new TransformerChain<ITransformer>(parts), column);
    }

    private ArgumentException NotMade(ITransformer model, string column) => new(
        $"this model is not one that {maker} made: no network in its chain gives '{column}' ({string.Join(", ", ChainParts.Flatten(model).Select(part => part.GetType().Name))}).", nameof(model));
}

/// <summary>A chain that keeps its ONNX files alive: ML.NET reads them again when it saves the chain.</summary>
/// <param name="chain">ML.NET's own transformers.</param>
/// <param name="files">The files; null where they are the user's own.</param>
/// <param name="owner">Whose sessions the chain runs; null where it has its own.</param>
/// <param name="own">The user's own file.</param>
internal sealed class OwnedChain(TransformerChain<ITransformer> chain, OnnxBundle? files, OnnxChainTransformer? owner = null, string? own = null)
    : ITransformer, ICanSaveModel, IBatchingTransformer
{
    bool ITransformer.IsRowToRowMapper => ((ITransformer)chain).IsRowToRowMapper;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check();
        return ChainParts.Tell(chain, input.Schema, () => chain.Transform(Shield(input.Schema).Over(input)));
    }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => ChainParts.Tell(chain, inputSchema, () => chain.GetOutputSchema(inputSchema));

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Check();
        return ChainParts.Tell(chain, inputSchema, () => Shield(inputSchema).Before(((ITransformer)chain).GetRowToRowMapper(inputSchema)));
    }

    ITransformer IBatchingTransformer.WithBatching(OnnxBatchingOptions options) =>
        chain.WithBatching(options) is TransformerChain<ITransformer> batched ? new OwnedChain(batched, files, owner, own) : this;

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (files is { AreThere: false })
            throw new ObjectDisposedException(nameof(ITransformer), "the model that this one is a part of was disposed of, and its files are gone: save it before.");
        if (own is not null && !File.Exists(own))
            throw new FileNotFoundException($"'{own}' is gone, and ML.NET reads it again when it saves this model: put it back.", own);
        ((ICanSaveModel)chain).Save(ctx);
        GC.KeepAlive(files);
    }

    private void Check() => owner?.CheckOpen();

    private PictureShield Shield(DataViewSchema input) => new(ChainParts.PicturesReadBy(chain, input), areNeeded: true, Check);
}

/// <summary>A view with a schema and no rows: what an estimator that learns nothing is fitted on.</summary>
internal sealed class EmptyView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema { get; } = schema;

    public bool CanShuffle => true;

    /// <summary>A view with vector columns of Single, of unknown size, under these names.</summary>
    public static EmptyView OfVectors(params IEnumerable<string> names)
    {
        DataViewSchema.Builder builder = new();
        foreach (string name in names)
            builder.AddColumn(name, new VectorDataViewType(NumberDataViewType.Single));
        return new EmptyView(builder.ToSchema());
    }

    public long? GetRowCount() => 0;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(Schema);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [new Cursor(Schema)];

    private sealed class Cursor(DataViewSchema schema) : DataViewRowCursor
    {
        public override DataViewSchema Schema { get; } = schema;

        public override long Position => -1;

        public override long Batch => 0;

        public override bool MoveNext() => false;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ref TValue _) => throw new InvalidOperationException("the view has no rows.");

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId _) => throw new InvalidOperationException("the view has no rows.");
    }
}
