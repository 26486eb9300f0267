using Microsoft.ML;

namespace MLNetGen;

/// <summary>A trained classifier of pictures as a transformer.</summary>
/// <typeparam name="TEpoch">An epoch's figures.</typeparam>
public abstract class ClassifierTransformer<TEpoch> : OnnxChainTransformer<TEpoch, ClassificationReport>
{
    private protected ClassifierTransformer(
        ITransformer chain, IReadOnlyList<string> classNames, OnnxFiles? files, RunHistory? history, IReadOnlyList<TEpoch>? epochs, bool ownsFiles)
        : base(chain, files, history, epochs, ownsFiles) => ClassNames = classNames;

    /// <summary>The classes, in the order of <c>Score</c>.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How far the ONNX file's probabilities are from the trained network's, at most; null for a model that was loaded.</summary>
    public double? OnnxParity => Files?.ParityOf(ClassifierPipeline.File);

    /// <summary>A classifier from a chain: itself; one made of the chain, and of what is known of the run where the chain was just trained.</summary>
    /// <param name="context">ML.NET's.</param>
    /// <param name="model">The chain.</param>
    /// <param name="trainer">What makes such models, for the error.</param>
    /// <param name="best">The column of the best score's place.</param>
    /// <param name="make">Makes it of the classes' names, and of the one that was trained in the chain; null where the chain was loaded.</param>
    /// <exception cref="ArgumentException">The model is not one of these.</exception>
    private protected static T FromModel<T>(MLContext context, ITransformer model, string trainer, string best, Func<IReadOnlyList<string>, T?, T> make)
        where T : ClassifierTransformer<TEpoch> => FromModel<T>(context, model, trained =>
            make(trained?.ClassNames ?? ClassifierPipeline.ClassesOf(model, best) ?? throw NoneIn(model, $"one that {trainer} made"), trained));
}
