using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>The model.zip that a command is given.</summary>
internal static class ModelFile
{
    public static VaeTransformer LoadVae(MLContext context, string path) =>
        Load(context, path, model => VaeTransformer.FromModel(context, model));

    /// <summary>What makes pictures of latent vectors, whatever family it is of: a <see cref="DcganGenerator"/> or a <see cref="VaeTransformer"/>.</summary>
    public static ITransformer LoadGenerative(MLContext context, string path) =>
        AsGenerative(context, Load(context, path), path);

    /// <summary>The same of a model that <see cref="Load(MLContext, string)"/> gave.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The model.</param>
    /// <param name="path">Its file, for errors.</param>
    /// <param name="misfit">Why it could not be told whether the model is a classifier, for the error where it is not generative.</param>
    public static ITransformer AsGenerative(MLContext context, ITransformer model, string path, string? misfit = null)
    {
        try
        {
            return Named(path, () => (ITransformer?)DcganGenerator.TryFromModel(model) ?? VaeTransformer.FromModel(context, model));
        }
        catch (InvalidDataException e) when (misfit is not null)
        {
            throw new InvalidDataException($"'{path}' does not take these rows: {misfit}", e);
        }
    }

    /// <summary>The model as it is, whatever it does.</summary>
    public static ITransformer Load(MLContext context, string path) => Load(context, path, model => model);

    private static T Load<T>(MLContext context, string path, Func<ITransformer, T> find)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no model '{path}': train one, or give the path of its model.zip.");
        return Named(path, () => find(context.Model.Load(path, out _)));
    }

    private static T Named<T>(string path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            throw new InvalidDataException($"'{path}' cannot be used: {Failure.MessageOf(e)}", e);
        }
    }
}
