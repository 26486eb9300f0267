using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Values to the values that a table has for them.</summary>
public class ValueMappingTransformer : OneToOneTransformerBase, ITransformerLoader
{
    internal ValueMappingTransformer(IHostEnvironment env, LookupTable table, (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(ValueMappingTransformer)), columns)
    {
        Table = table;
    }

    private ValueMappingTransformer(IHost host, ModelLoadContext ctx)
        : base(host, ctx)
    {
        Table = LookupTable.Load(ctx);
    }

    internal LookupTable Table { get; }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx) =>
        new ValueMappingTransformer(env.Register(nameof(ValueMappingTransformer)), ctx);

    internal override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        DataViewSchema.Column source = inputSchema[srcCol];
        if (source.Type is VectorDataViewType && Table.Value.Type is VectorDataViewType)
            throw new NotSupportedException($"Column '{source.Name}' cannot be mapped to values when the column and the map values are both vector type.");
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new Mapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<ValueMappingTransformer>();
        SaveColumns(ctx);
        Table.Save(ctx);
    }

    private sealed class Mapping(ValueMappingTransformer parent, DataViewSchema inputSchema) : OneToOneMapping(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn CreateOutputColumn(int output)
        {
            DataViewSchema.DetachedColumn value = parent.Table.Value;
            // Of a vector ML.NET makes one of unknown size, and its keys become plain numbers.
            DataViewType type = InputColumn(output).Type is VectorDataViewType ? new VectorDataViewType(RawTypes.NumberTypeOf(value.Type.RawType)) : value.Type;
            return new(ColumnPairs[output].outputColumnName, type, value.Annotations);
        }

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
        {
            disposer = null;
            return parent.Table.CreateGetter(input, InputColumn(output));
        }
    }
}
