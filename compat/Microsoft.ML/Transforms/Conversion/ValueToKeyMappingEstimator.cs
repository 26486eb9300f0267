using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHost host;
    private readonly (string outputColumnName, string inputColumnName)[] columns;
    private readonly int maximumNumberOfKeys;
    private readonly KeyOrdinality keyOrdinality;
    private readonly bool asText;
    private readonly IDataView keyData;

    internal ValueToKeyMappingEstimator(
        IHostEnvironment env,
        (string outputColumnName, string inputColumnName)[] columns,
        int maximumNumberOfKeys,
        KeyOrdinality keyOrdinality,
        bool addKeyValueAnnotationsAsText,
        IDataView keyData)
    {
        host = env.Register(nameof(ValueToKeyMappingEstimator));
        Contracts.CheckNonEmpty(columns, nameof(columns));
        Contracts.CheckParam(keyData == null || keyData.Schema.Count == 1, nameof(keyData),
            $"If specified, this data view should contain only a single column containing the terms to map, but this had {keyData?.Schema.Count} columns.");
        this.columns = columns;
        this.maximumNumberOfKeys = maximumNumberOfKeys;
        this.keyOrdinality = keyOrdinality;
        asText = addKeyValueAnnotationsAsText;
        this.keyData = keyData;
    }

    /// <summary>The order of the keys that are learned.</summary>
    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        DataViewSchema.Column[] sources = columns.Select(pair => SourceOf(input.Schema, pair.inputColumnName)).ToArray();
        bool sort = keyOrdinality == KeyOrdinality.ByValue;
        TermMap[] maps;
        if (keyData != null)
        {
            DataViewSchema.Column terms = keyData.Schema[0];
            foreach (DataViewSchema.Column source in sources)
            {
                Contracts.CheckUserArg(terms.Type.Equals(source.Type.ItemType()), nameof(keyData),
                    $"Input data's column must be of type '{source.Type.ItemType()}' but was '{terms.Type}'");
            }
            TermMap shared = TermMap.Learn(keyData, [terms], int.MaxValue, sort)[0];
            maps = sources.Select(_ => shared).ToArray();
        }
        else
        {
            Contracts.CheckUserArg(maximumNumberOfKeys > 0, "MaxNumTerms", "Must be positive");
            maps = TermMap.Learn(input, sources, maximumNumberOfKeys, sort);
        }
        return new ValueToKeyMappingTransformer(host, columns, maps, asText);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(columns.Select(pair => OutputShape(inputSchema, pair.outputColumnName, pair.inputColumnName)));
    }

    private static DataViewSchema.Column SourceOf(DataViewSchema inputSchema, string name)
    {
        DataViewSchema.Column source = inputSchema.GetColumnOrNull(name)
            ?? throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name);
        if (source.Type.ItemType() is not PrimitiveDataViewType)
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name, "standard type or a vector of standard type", source.Type.ToString());
        return source;
    }

    private SchemaShape.Column OutputShape(SchemaShape inputSchema, string output, string input)
    {
        if (!inputSchema.TryFindColumn(input, out SchemaShape.Column column) || column.ItemType is not PrimitiveDataViewType)
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", input);
        // Keys of keys keep the values of those keys.
        if (!column.IsKey || !column.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out SchemaShape.Column values)
            || values.Kind != SchemaShape.Column.VectorKind.Vector)
        {
            values = new SchemaShape.Column(AnnotationKinds.KeyValues, SchemaShape.Column.VectorKind.Vector,
                asText ? TextDataViewType.Instance : column.ItemType, column.IsKey && !asText);
        }
        SchemaShape annotations = column.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out SchemaShape.Column names)
            ? new SchemaShape([names, values])
            : new SchemaShape([values]);
        return new SchemaShape.Column(output, column.Kind, NumberDataViewType.UInt32, true, annotations);
    }
}
