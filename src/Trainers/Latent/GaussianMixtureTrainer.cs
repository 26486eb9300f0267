using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetGen.Latent;

namespace MLNetGen;

/// <summary>Fits a <see cref="GaussianMixture"/> to a column of vectors by expectation maximisation, and returns it as an ONNX-backed transformer.</summary>
/// <remarks>Dempster, Laird and Rubin 1977; Bishop 2006, "Pattern recognition and machine learning", section 9.2. The column is held in memory as Single.</remarks>
public sealed partial class GaussianMixtureTrainer : IEstimator<GaussianMixtureTransformer>
{
    private readonly MLContext context;
    private readonly Options options;

    internal GaussianMixtureTrainer(MLContext context, Options options)
    {
        this.context = context;
        this.options = options;
        options.Validate();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The column is absent or of another type, there are fewer different rows than components, a dimension is the same in all rows, or a component's covariance is singular.
    /// </exception>
    /// <exception cref="InvalidDataException">A value is not a finite number.</exception>
    /// <exception cref="OperationCanceledException">Fitting was cancelled.</exception>
    public GaussianMixtureTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        float[][] rows = [.. LatentPath.Read(input, options.InputColumnName)];
        Check(rows);
        IHost host = ((IHostEnvironment)context).Register("MLNetGen");
        List<GaussianMixtureStep> steps = new ExpectationMaximization(rows, options, options.Seed ?? host.Rand.Next()).Run(options.ProgressCallback, out bool converged);
        HostLog.Info(context, "mixture", string.Create(CultureInfo.InvariantCulture,
            $"{options.NumberOfComponents} components, {rows.Length:N0} rows of {rows[0].Length}: mean log-likelihood {steps[^1].LogLikelihood:F3} nats after {steps.Count - 1} steps{(converged ? "" : ", not converged: raise MaximumIterations")}."));
        return OnnxBundle.Use(
            GaussianMixtureOnnxFiles.Export(steps[^1].Mixture, context.TempFilePath),
            files => GaussianMixtureTransformer.Create(context, options.InputColumnName, files, input.Schema, steps, converged));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!inputSchema.Any(column => column.Name == options.InputColumnName))
            throw SchemaShapes.NoColumn(inputSchema, $"'{options.InputColumnName}' to fit");
        return SchemaShapes.Append(
            context,
            inputSchema,
            new DataViewSchema.DetachedColumn(GaussianMixtureOnnxFiles.LogDensity, new VectorDataViewType(NumberDataViewType.Single, 1)),
            new DataViewSchema.DetachedColumn(GaussianMixtureOnnxFiles.Responsibilities, new VectorDataViewType(NumberDataViewType.Single, options.NumberOfComponents)));
    }

    private void Check(float[][] rows)
    {
        if (rows.Length == 0)
            throw new ArgumentException($"there are no rows to read column '{options.InputColumnName}' from: give at least one.");
        int dimension = rows[0].Length;
        for (int row = 0; row < rows.Length; row++)
            if (Array.FindIndex(rows[row], value => !float.IsFinite(value)) is var slot and >= 0)
                throw new InvalidDataException($"row {row} of column '{options.InputColumnName}' has the value {rows[row][slot]} in slot {slot}: replace or filter such rows first.");
        for (int slot = 0; slot < dimension; slot++)
        {
            float first = rows[0][slot];
            if (rows.All(row => row[slot] == first))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"all {rows.Length} rows of column '{options.InputColumnName}' have {first} in slot {slot}, which is no distribution: leave that slot out, or give more rows."));
        }
        if (options.InitialMeans?.FirstOrDefault(mean => mean.Length != dimension) is { } odd)
            throw new ArgumentException($"one of InitialMeans has {odd.Length} values, and column '{options.InputColumnName}' {dimension}.");
    }
}
