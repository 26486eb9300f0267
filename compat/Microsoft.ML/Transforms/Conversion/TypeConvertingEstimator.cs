using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    internal TypeConvertingEstimator(IHostEnvironment env, DataKind outputKind, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(TypeConvertingEstimator)), new TypeConvertingTransformer(env, outputKind, columns))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        PrimitiveDataViewType type = ItemConversions.TypeOf(Transformer.OutputKind);
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            if (!inputSchema.TryFindColumn(pair.inputColumnName, out SchemaShape.Column column))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", pair.inputColumnName);
            Contracts.CheckParam(ItemConversions.Exists(column.ItemType, type), nameof(inputSchema), $"Don't know how to convert {pair.inputColumnName} into {type}");
            return new SchemaShape.Column(pair.outputColumnName, column.Kind, type, false, column.Annotations);
        }));
    }
}
