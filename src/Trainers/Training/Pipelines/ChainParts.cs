using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen;

/// <summary>Finds networks again in a chain that <c>Model.Load</c> gave back, by the columns they add.</summary>
internal static class ChainParts
{
    /// <summary>The transformers of a chain, and of chains inside it.</summary>
    public static IEnumerable<ITransformer> Flatten(ITransformer model) => model switch
    {
        OnnxChainTransformer owner => Flatten(owner.Chain),
        IEnumerable<ITransformer> chain => chain.SelectMany(Flatten),
        _ => [model],
    };

    /// <summary>A transformer of this library inside a chain that it was trained in; null where there is none.</summary>
    public static T? Trained<T>(ITransformer model)
        where T : class, ITransformer =>
        model as T ?? (model as IEnumerable<ITransformer>)?.Select(Trained<T>).FirstOrDefault(found => found is not null);

    /// <summary>Closes the ONNX sessions of a chain.</summary>
    public static void Dispose(ITransformer model)
    {
        foreach (IDisposable part in Flatten(model).OfType<IDisposable>()) part.Dispose();
    }

    /// <summary>The vectors of known size that a network adds to <paramref name="inputs"/>; null where it takes other columns.</summary>
    public static IReadOnlyDictionary<string, VectorDataViewType>? AddedBy(OnnxTransformer onnx, DataViewSchema inputs)
    {
        try
        {
            // Only what the network adds has a known size.
            return onnx.GetOutputSchema(inputs)
                .Where(c => !c.IsHidden && c.Type is VectorDataViewType { IsKnownSize: true })
                .ToDictionary(c => c.Name, c => (VectorDataViewType)c.Type);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null; // Somebody else's network, with inputs of other names.
        }
    }
}
