using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Values to keys: the number of each value in a dictionary, 0 for values that are not in it.</summary>
public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase, ITransformerLoader
{
    private readonly TermMap[] maps;
    private readonly bool asText;

    internal ValueToKeyMappingTransformer(
        IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns, TermMap[] maps, bool asText)
        : base(env.Register(nameof(ValueToKeyMappingTransformer)), columns)
    {
        this.maps = maps;
        this.asText = asText;
    }

    private ValueToKeyMappingTransformer(IHost host, ModelLoadContext ctx)
        : base(host, ctx)
    {
        asText = ctx.Reader.ReadBoolean();
        maps = ColumnPairs.Select(_ => TermMap.Read(ctx.Reader)).ToArray();
    }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx) =>
        new ValueToKeyMappingTransformer(env.Register(nameof(ValueToKeyMappingTransformer)), ctx);

    internal override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        DataViewType type = inputSchema[srcCol].Type.ItemType();
        Contracts.Check(type.Equals(maps[col].ItemType),
            $"Could not apply a map over type '{maps[col].ItemType}' to column '{ColumnPairs[col].outputColumnName}' since it has type '{type}'");
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new Mapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<ValueToKeyMappingTransformer>();
        SaveColumns(ctx);
        ctx.Writer.Write(asText);
        foreach (TermMap map in maps)
            map.Write(ctx.Writer);
    }

    private sealed class Mapping(ValueToKeyMappingTransformer parent, DataViewSchema inputSchema) : OneToOneMapping(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn CreateOutputColumn(int output)
        {
            DataViewSchema.Column source = InputColumn(output);
            TermMap map = parent.maps[output];
            var annotations = new DataViewSchema.Annotations.Builder();
            map.AddKeyValues(annotations, source, parent.asText);
            annotations.Add(source.Annotations, name => name == AnnotationKinds.SlotNames);
            return new(ColumnPairs[output].outputColumnName, map.OutputType.ShapedAs(source.Type), annotations.ToAnnotations());
        }

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
        {
            disposer = null;
            return parent.maps[output].CreateGetter(input, InputColumn(output));
        }
    }
}
