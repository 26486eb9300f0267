using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// A type that reads back what a transformer saved. The saved model names the type and its assembly
/// (see <see cref="ModelSaveContext.SetLoader{TLoader}"/>), so nothing need be registered before loading.
/// Implement it explicitly: <c>static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx)</c>.
/// </summary>
internal interface ITransformerLoader
{
    static abstract ITransformer Load(IHostEnvironment env, ModelLoadContext ctx);
}
