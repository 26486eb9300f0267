using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Scalars and vectors of one item type, end to end in one vector.</summary>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase, ITransformerLoader
{
    private readonly string name;
    private readonly string[] sources;

    internal ColumnConcatenatingTransformer(IHostEnvironment env, string outputColumnName, string[] inputColumnNames)
        : base(env.Register(nameof(ColumnConcatenatingTransformer)))
    {
        name = outputColumnName;
        sources = inputColumnNames;
    }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        string name = ctx.Reader.ReadString();
        var sources = new string[ctx.ReadCount()];
        for (int i = 0; i < sources.Length; i++)
            sources[i] = ctx.Reader.ReadString();
        return new ColumnConcatenatingTransformer(env, name, sources);
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new ConcatenationMapping(inputSchema, name, sources);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<ColumnConcatenatingTransformer>();
        ctx.Writer.Write(name);
        ctx.Writer.Write(sources.Length);
        foreach (string source in sources)
            ctx.Writer.Write(source);
    }
}
