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
/// <see cref="OnnxChainTransformer.SaveOnnx"/> writes <c>mixture.onnx</c> (Latent → LogDensity, Responsibilities). Neither draws rows: keep the parameters of
/// <see cref="Mixture"/> for that, which make a <see cref="GaussianMixture"/> again.
/// </remarks>
public sealed class GaussianMixtureTransformer : OnnxChainTransformer
{
    private GaussianMixtureTransformer(ITransformer chain, GaussianMixtureOnnxFiles files, IReadOnlyList<GaussianMixtureStep> steps, bool converged)
        : base(chain, files, history: null)
    {
        Mixture = files.Mixture;
        LogLikelihoods = [.. steps.Select(step => step.LogLikelihood)];
        Converged = converged;
    }

    /// <summary>The mixture, which draws rows too.</summary>
    public GaussianMixture Mixture { get; }

    /// <summary>The training rows' mean log p(x) in nats: at the start, and after every step.</summary>
    public IReadOnlyList<double> LogLikelihoods { get; }

    /// <summary>Whether the last step gained less than the tolerance; otherwise fitting ended at its last iteration.</summary>
    public bool Converged { get; }

    internal static GaussianMixtureTransformer Create(
        MLContext context, string inputColumnName, GaussianMixtureOnnxFiles files, DataViewSchema input, IReadOnlyList<GaussianMixtureStep> steps, bool converged)
    {
        IEstimator<ITransformer> whole = context.Transforms.CopyColumns(GaussianMixtureOnnxFiles.Input, inputColumnName)
            .Append(OnnxStage.Of(context, files.Pipeline, [GaussianMixtureOnnxFiles.Input], [GaussianMixtureOnnxFiles.LogDensity, GaussianMixtureOnnxFiles.Responsibilities], threads: 1))
            .Append(context.Transforms.DropColumns(GaussianMixtureOnnxFiles.Input));
        return new GaussianMixtureTransformer(new TransformerChain<ITransformer>(whole.Fit(new EmptyView(input))), files, steps, converged);
    }
}
