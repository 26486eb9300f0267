using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public class ValueMappingEstimator : TrivialEstimator<ValueMappingTransformer>
{
    internal ValueMappingEstimator(IHostEnvironment env, LookupTable table, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(ValueMappingEstimator)), new ValueMappingTransformer(env, table, columns))
    {
    }

    public sealed override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        DataViewSchema.DetachedColumn value = Transformer.Table.Value;
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            if (!inputSchema.TryFindColumn(pair.inputColumnName, out SchemaShape.Column column))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", pair.inputColumnName);
            SchemaShape.Column shape = SchemaShape.ColumnOf(pair.outputColumnName, value.Type, SchemaShape.AnnotationsOf(value.Annotations));
            if (column.Kind == SchemaShape.Column.VectorKind.Scalar)
                return shape;
            if (value.Type is VectorDataViewType)
                throw new NotSupportedException($"Column '{pair.inputColumnName}' cannot be mapped to values when the column and the map values are both vector type.");
            return new SchemaShape.Column(shape.Name, column.Kind, shape.ItemType, shape.IsKey, shape.Annotations);
        }));
    }
}
