using Microsoft.ML;

namespace MLNetGen.Cli;

internal static class ModelFile
{
    public static VaeTransformer LoadVae(MLContext context, string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no model '{path}': train one, or give the path of its model.zip.");
        try
        {
            return VaeTransformer.FromModel(context, context.Model.Load(path, out _));
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            throw new InvalidDataException($"'{path}' cannot be used: {Failure.MessageOf(e)}", e);
        }
    }
}
