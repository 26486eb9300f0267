using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase, ITransformerLoader
{
    internal ColumnCopyingTransformer(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(ColumnCopyingTransformer)), columns)
    {
    }

    private ColumnCopyingTransformer(IHost host, ModelLoadContext ctx)
        : base(host, ctx)
    {
    }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx) =>
        new ColumnCopyingTransformer(env.Register(nameof(ColumnCopyingTransformer)), ctx);

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new Mapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<ColumnCopyingTransformer>();
        SaveColumns(ctx);
    }

    private sealed class Mapping(ColumnCopyingTransformer parent, DataViewSchema inputSchema) : OneToOneMapping(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn CreateOutputColumn(int output) =>
            new(ColumnPairs[output].outputColumnName, InputColumn(output).Type, InputColumn(output).Annotations);

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
        {
            disposer = null;
            return Getters.Of(input, input.Schema[InputColumn(output).Index]);
        }
    }
}
