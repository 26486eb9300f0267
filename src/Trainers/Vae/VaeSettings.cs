using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>The settings that repeat a run, as <c>run.json</c>, <c>metrics.json</c> and checkpoints keep them.</summary>
internal sealed record VaeSettings
{
    public required int Seed { get; init; }
    public required VaeArchitecture Architecture { get; init; }
    public required long[] InputShape { get; init; }
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of the rows as the network gets them.</summary>
    public required string TrainingData { get; init; }
    public required int LatentDimension { get; init; }
    public required VaeLikelihood Likelihood { get; init; }
    public double? GaussianDeviation { get; init; }
    public required double Beta { get; init; }
    public required double LearningRate { get; init; }
    public required LearningRateSchedule Schedule { get; init; }
    public required double Beta1 { get; init; }
    public required double Beta2 { get; init; }
    public required int BatchSize { get; init; }
    public required int Epochs { get; init; }
    public required string Device { get; init; }
    public required int NumberOfThreads { get; init; }

    public static VaeSettings Of(VaeTrainer.Options options, VaeRecipe recipe, NetworkInput column, TrainingSession session, long rows, string data) => new()
    {
        Seed = session.Seed,
        Architecture = recipe.Architecture,
        InputShape = column.Shape,
        TrainingRows = rows,
        TrainingData = data,
        LatentDimension = options.LatentDimension,
        Likelihood = options.Likelihood,
        GaussianDeviation = options.Likelihood == VaeLikelihood.Gaussian ? options.GaussianDeviation : null,
        Beta = options.Beta,
        LearningRate = recipe.LearningRate,
        Schedule = recipe.Schedule,
        Beta1 = options.Beta1,
        Beta2 = options.Beta2,
        BatchSize = recipe.BatchSize,
        Epochs = options.Epochs,
        Device = session.Device.ToString(),
        NumberOfThreads = session.NumberOfThreads,
    };

    /// <summary>What <see cref="TrainingData"/> says of rows.</summary>
    public static string HashOf(Tensor rows) => Convert.ToHexStringLower(SHA256.HashData(rows.bytes));

    /// <summary>Name and value of every setting, for a table.</summary>
    public IEnumerable<IReadOnlyList<string>> ToRows() =>
        from setting in JsonSerializer.SerializeToNode(this, RunJson.Options)!.AsObject()
        select (IReadOnlyList<string>)[setting.Key, setting.Value is JsonArray list ? string.Join("×", list) : $"{setting.Value}"];

    /// <summary>What a checkpoint may not be resumed with: null, or the first setting that differs.</summary>
    public string? DifferenceFrom(VaeSettings other)
    {
        (string Name, object? Mine, object? Theirs)[] fixedSettings =
        [
            (nameof(Seed), Seed, other.Seed),
            (nameof(Architecture), Architecture, other.Architecture),
            (nameof(InputShape), string.Join("×", InputShape), string.Join("×", other.InputShape)),
            (nameof(TrainingRows), TrainingRows, other.TrainingRows),
            (nameof(TrainingData), TrainingData[..8], other.TrainingData[..8]),
            (nameof(LatentDimension), LatentDimension, other.LatentDimension),
            (nameof(Likelihood), Likelihood, other.Likelihood),
            (nameof(GaussianDeviation), GaussianDeviation, other.GaussianDeviation),
            (nameof(Beta), Beta, other.Beta),
            (nameof(LearningRate), LearningRate, other.LearningRate),
            (nameof(Schedule), Schedule, other.Schedule),
            (nameof(Beta1), Beta1, other.Beta1),
            (nameof(Beta2), Beta2, other.Beta2),
            (nameof(BatchSize), BatchSize, other.BatchSize),
            // One cycle is planned over all epochs.
            (nameof(Epochs), Schedule == LearningRateSchedule.OneCycle ? Epochs : 0, other.Schedule == LearningRateSchedule.OneCycle ? other.Epochs : 0),
        ];
        foreach (var (name, mine, theirs) in fixedSettings)
        {
            if (!Equals(mine, theirs))
                return $"{name} is {mine} there and {theirs} here";
        }
        return null;
    }

    /// <summary>What changes the last bits of a run that goes on, and nothing else: null, or what differs.</summary>
    public string? RoundingDifferenceFrom(VaeSettings other) =>
        Device != other.Device ? $"{nameof(Device)} was {Device} and is {other.Device}"
        : NumberOfThreads != other.NumberOfThreads ? $"{nameof(NumberOfThreads)} was {NumberOfThreads} and is {other.NumberOfThreads}"
        : null;
}
