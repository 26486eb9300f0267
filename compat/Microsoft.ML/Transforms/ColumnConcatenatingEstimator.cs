using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly IHost host;
    private readonly string name;
    private readonly string[] sources;

    internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
    {
        host = env.Register(nameof(ColumnConcatenatingEstimator));
        Contracts.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
        Contracts.CheckValue(inputColumnNames, nameof(inputColumnNames));
        Contracts.CheckParam(inputColumnNames.Length > 0, nameof(inputColumnNames), "Input columns not specified");
        Contracts.CheckParam(!inputColumnNames.Any(string.IsNullOrEmpty), nameof(inputColumnNames), "Contained some null or empty items");
        name = outputColumnName;
        sources = inputColumnNames;
    }

    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new ColumnConcatenatingTransformer(host, name, sources);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        SchemaShape.Column[] columns = sources.Select(source => inputSchema.TryFindColumn(source, out SchemaShape.Column column)
            ? column
            : throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", source)).ToArray();
        DataViewType itemType = columns[0].ItemType;
        foreach (SchemaShape.Column column in columns)
        {
            Contracts.Check(!column.IsKey, $"Column '{column.Name}' is key. Concatenation of keys is unsupported.");
            Contracts.Check(column.ItemType.Equals(itemType),
                $"Concatenated columns should have the same type. Column '{column.Name}' has type of {column.ItemType}, but expected column type is {itemType}.");
        }
        var annotations = new List<SchemaShape.Column>();
        if (columns.All(column => column.IsNormalizedColumn()))
            annotations.Add(AnnotationKinds.IsNormalizedShape);
        if (columns.Any(column => column.Kind == SchemaShape.Column.VectorKind.Scalar || column.HasSlotNames()))
            annotations.Add(AnnotationKinds.SlotNamesShape);
        bool variable = columns.Any(column => column.Kind == SchemaShape.Column.VectorKind.VariableVector);
        return inputSchema.With(new SchemaShape.Column(name,
            variable ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector,
            itemType, false, new SchemaShape(annotations)));
    }
}
