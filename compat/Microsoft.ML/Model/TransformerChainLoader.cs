using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Reads a saved chain back.</summary>
internal sealed class TransformerChainLoader : ITransformerLoader
{
    public static string FolderOf(int index) => $"Transform_{index:000}";

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        int count = ctx.ReadCount();
        var transformers = new ITransformer[count];
        var scopes = new TransformerScope[count];
        for (int i = 0; i < count; i++)
        {
            scopes[i] = (TransformerScope)ctx.Reader.ReadInt32();
            transformers[i] = ctx.LoadModel<ITransformer>(env, FolderOf(i));
        }
        return new TransformerChain<ITransformer>(transformers, scopes);
    }
}
