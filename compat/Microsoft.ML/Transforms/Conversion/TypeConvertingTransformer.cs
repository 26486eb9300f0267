using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Numbers, truth values and text into one another, where ML.NET has a standard conversion.</summary>
public sealed class TypeConvertingTransformer : OneToOneTransformerBase, ITransformerLoader
{
    internal TypeConvertingTransformer(IHostEnvironment env, DataKind outputKind, (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(TypeConvertingTransformer)), columns)
    {
        OutputKind = outputKind;
    }

    private TypeConvertingTransformer(IHost host, ModelLoadContext ctx)
        : base(host, ctx)
    {
        OutputKind = (DataKind)ctx.Reader.ReadByte();
    }

    internal DataKind OutputKind { get; }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx) =>
        new TypeConvertingTransformer(env.Register(nameof(TypeConvertingTransformer)), ctx);

    internal override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        DataViewSchema.Column source = inputSchema[srcCol];
        Contracts.CheckParam(ItemConversions.ResultOf(source.Type.ItemType(), OutputKind) != null, nameof(inputSchema),
            $"source column '{source.Name}' with item type '{source.Type}' is not compatible with destination type '{ItemConversions.TypeOf(OutputKind)}'");
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new Mapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<TypeConvertingTransformer>();
        SaveColumns(ctx);
        ctx.Writer.Write((byte)OutputKind);
    }

    private sealed class Mapping(TypeConvertingTransformer parent, DataViewSchema inputSchema) : OneToOneMapping(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn CreateOutputColumn(int output)
        {
            DataViewSchema.Column source = InputColumn(output);
            PrimitiveDataViewType item = ItemConversions.ResultOf(source.Type.ItemType(), parent.OutputKind);
            var annotations = new DataViewSchema.Annotations.Builder();
            if (source.Type is VectorDataViewType { IsKnownSize: true })
                annotations.Add(source.Annotations, name => name == AnnotationKinds.SlotNames);
            if (item is KeyDataViewType)
                annotations.Add(source.Annotations, name => name == AnnotationKinds.KeyValues);
            else if (source.Type.ItemType() is NumberDataViewType && item is NumberDataViewType)
                annotations.Add(source.Annotations, name => name == AnnotationKinds.IsNormalized);
            else if (source.Type.ItemType() is BooleanDataViewType && item is NumberDataViewType)
                annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
            return new(ColumnPairs[output].outputColumnName, item.ShapedAs(source.Type), annotations.ToAnnotations());
        }

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
        {
            disposer = null;
            DataViewSchema.Column source = InputColumn(output);
            PrimitiveDataViewType item = ItemConversions.ResultOf(source.Type.ItemType(), parent.OutputKind);
            return Generic.Invoke<Delegate>(Generic.Method(typeof(Mapping), nameof(CreateTyped)), null,
                [source.Type.ItemType().RawType, item.RawType], input, source);
        }

        private static Delegate CreateTyped<TIn, TOut>(DataViewRow input, DataViewSchema.Column source) =>
            ItemGetters.Create(input, source, (Func<TIn, TOut>)ItemConversions.Create(typeof(TIn), typeof(TOut)));
    }
}
