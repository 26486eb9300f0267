using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    internal ColumnCopyingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName)
        : base(env.Register(nameof(ColumnCopyingEstimator)), new ColumnCopyingTransformer(env, (outputColumnName, inputColumnName)))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Transformer.ColumnPairs.Select(pair => inputSchema.TryFindColumn(pair.inputColumnName, out SchemaShape.Column column)
            ? new SchemaShape.Column(pair.outputColumnName, column.Kind, column.ItemType, column.IsKey, column.Annotations)
            : throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", pair.inputColumnName)));
    }
}
