using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Keys back to the values that their KeyValues annotation names; a missing key to a missing value.</summary>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase, ITransformerLoader
{
    internal KeyToValueMappingTransformer(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(KeyToValueMappingTransformer)), columns)
    {
    }

    private KeyToValueMappingTransformer(IHost host, ModelLoadContext ctx)
        : base(host, ctx)
    {
    }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx) =>
        new KeyToValueMappingTransformer(env.Register(nameof(KeyToValueMappingTransformer)), ctx);

    internal override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        DataViewSchema.Column column = inputSchema[srcCol];
        DataViewType values = column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues)?.Type;
        Contracts.Check(values != null, "Metadata KeyValues does not exist");
        Contracts.Check(column.HasKeyValues(), "KeyValues metadata size does not match column type key count");
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new Mapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<KeyToValueMappingTransformer>();
        SaveColumns(ctx);
    }

    private sealed class Mapping(KeyToValueMappingTransformer parent, DataViewSchema inputSchema) : OneToOneMapping(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn CreateOutputColumn(int output)
        {
            DataViewSchema.Column source = InputColumn(output);
            return new(ColumnPairs[output].outputColumnName, ValueType(source).ShapedAs(source.Type), source.Annotations.SlotNamesOnly());
        }

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
        {
            disposer = null;
            DataViewSchema.Column source = InputColumn(output);
            return Generic.Invoke<Delegate>(Generic.Method(typeof(Mapping), nameof(CreateTyped)), null,
                [source.Type.ItemType().RawType, ValueType(source).RawType], input, source);
        }

        private static PrimitiveDataViewType ValueType(DataViewSchema.Column source) =>
            ((VectorDataViewType)source.Annotations.Schema[AnnotationKinds.KeyValues].Type).ItemType;

        private static Delegate CreateTyped<TKey, TValue>(DataViewRow input, DataViewSchema.Column source)
            where TKey : IConvertible
        {
            VBuffer<TValue> keyValues = default;
            source.GetKeyValues(ref keyValues);
            TValue[] values = keyValues.DenseValues().ToArray();
            TValue missing = MissingValues.Of<TValue>();
            return ItemGetters.Create(input, source, (TKey key) =>
                key.ToUInt64(null) is ulong number && number > 0 && number <= (ulong)values.Length ? values[number - 1] : missing);
        }
    }
}
