using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(
        IHostEnvironment env, Action<TSrc, TDst> mapAction, string contractName, SchemaDefinition inputSchemaDefinition, SchemaDefinition outputSchemaDefinition)
        : base(env.Register(nameof(CustomMappingEstimator<TSrc, TDst>)),
            new CustomMappingTransformer<TSrc, TDst>(env, mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        foreach (TypedColumn wanted in TypedColumns.Create(typeof(TSrc), SchemaDefinition.Direction.Both, Transformer.InputSchemaDefinition))
        {
            if (!inputSchema.TryFindColumn(wanted.Name, out SchemaShape.Column column))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", wanted.Name);
            if (!Accepts(SchemaShape.ColumnOf(wanted.Name, wanted.Type), column))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", wanted.Name, wanted.Type.ToString(), column.GetTypeString());
        }
        return inputSchema.With(SchemaShape.Create(TypedColumns.ToSchema(Transformer.AddedColumns)));
    }

    // A member without a size takes vectors of any size.
    private static bool Accepts(SchemaShape.Column wanted, SchemaShape.Column column) =>
        wanted.ItemType == column.ItemType && wanted.IsKey == column.IsKey &&
        (wanted.Kind == column.Kind ||
            (wanted.Kind == SchemaShape.Column.VectorKind.VariableVector && column.Kind == SchemaShape.Column.VectorKind.Vector));
}
