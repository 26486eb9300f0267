using Microsoft.ML;

namespace MLNetGen.Cli;

internal static class ModelFile
{
    public static VaeTransformer LoadVae(MLContext context, string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no model '{path}': train one, or give the path of its model.zip.");
        return VaeTransformer.FromModel(context, context.Model.Load(path, out _));
    }
}
