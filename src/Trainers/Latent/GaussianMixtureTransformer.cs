using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Latent;

namespace MLNetGen;

/// <summary>
/// A fitted <see cref="GaussianMixture"/>. <see cref="OnnxChainTransformer.Transform"/> adds <c>LogDensity</c>, log p(x) in nats, a vector of one, and <c>Responsibilities</c>,
/// p(k|x), a vector with a value a component.
/// </summary>
/// <remarks>
/// A chain of ML.NET's own transformers, as all models here are: <c>mlContext.Model.Save</c> writes it, and it loads where this library is not installed.
/// <see cref="OnnxChainTransformer.SaveOnnx"/> writes <c>mixture.onnx</c> (Latent → LogDensity, Responsibilities). Both hold the mixture's parameters in the ONNX file's metadata:
/// <see cref="FromModel"/> and <see cref="GaussianMixture.FromOnnx"/> find it again, to draw rows of it.
/// </remarks>
public sealed class GaussianMixtureTransformer : OnnxChainTransformer
{
    private readonly GaussianMixtureOnnxFiles? files;

    private GaussianMixtureTransformer(
        ITransformer chain, GaussianMixtureOnnxFiles? files, GaussianMixture mixture, IReadOnlyList<double> logLikelihoods, bool? converged, bool ownsFiles = true)
        : base(chain, files, history: null, ownsFiles) => (this.files, Mixture, LogLikelihoods, Converged) = (files, mixture, logLikelihoods, converged);

    /// <summary>The mixture, which draws rows too.</summary>
    public GaussianMixture Mixture { get; }

    /// <summary>The training rows' mean log p(x) in nats: at the start, and after every step; empty for a mixture that was loaded.</summary>
    public IReadOnlyList<double> LogLikelihoods { get; }

    /// <summary>Whether the last step gained less than the tolerance; otherwise fitting ended at its last iteration. Null for a mixture that was loaded.</summary>
    public bool? Converged { get; }

    /// <summary>Finds the mixture in a chain: one that <c>mlContext.Model.Load</c> gave back, or one that it was just fitted in.</summary>
    /// <exception cref="ArgumentException">The model is not one that <see cref="GaussianMixtureTrainer"/> made.</exception>
    public static GaussianMixtureTransformer FromModel(MLContext context, ITransformer model) => FromModel<GaussianMixtureTransformer>(context, model, fitted => fitted is not null
        ? new(model, fitted.files, fitted.Mixture, fitted.LogLikelihoods, fitted.Converged, ownsFiles: false)
        : new(model, files: null, Read(model), [], converged: null));

    internal static GaussianMixtureTransformer Create(
        MLContext context, string inputColumnName, GaussianMixtureOnnxFiles files, DataViewSchema input, IReadOnlyList<GaussianMixtureStep> steps, bool converged)
    {
        IEstimator<ITransformer> whole = context.Transforms.CopyColumns(GaussianMixtureOnnxFiles.Input, inputColumnName)
            .Append(OnnxStage.Of(context, files.Pipeline, [GaussianMixtureOnnxFiles.Input], [GaussianMixtureOnnxFiles.LogDensity, GaussianMixtureOnnxFiles.Responsibilities], threads: 1))
            .Append(context.Transforms.DropColumns(GaussianMixtureOnnxFiles.Input));
        return new(new TransformerChain<ITransformer>(whole.Fit(new EmptyView(input))), files, files.Mixture, [.. steps.Select(step => step.LogLikelihood)], converged);
    }

    private static GaussianMixture Read(ITransformer model) => GaussianMixtureOnnxFiles.Read(
        new ChainNetworks(model, nameof(GaussianMixtureTrainer), GaussianMixtureOnnxFiles.Input).Adding(GaussianMixtureOnnxFiles.Responsibilities));
}
