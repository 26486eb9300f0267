global using AlexNetHistory = MLNetGen.RunHistory<MLNetGen.AlexNetSettings, MLNetGen.AlexNetEpoch>;
global using FineTuneHistory = MLNetGen.RunHistory<MLNetGen.FineTuning.FineTuneSettings, MLNetGen.FineTuneEpoch>;
global using GanHistory = MLNetGen.RunHistory<MLNetGen.GanSettings, MLNetGen.DcganAverages>;
global using StyleHistory = MLNetGen.RunHistory<MLNetGen.Style.StyleSettings, MLNetGen.StyleTransferRound>;
global using SuperResolutionHistory = MLNetGen.RunHistory<MLNetGen.SuperResolutionSettings, MLNetGen.SuperResolutionEpoch>;
global using TorchHistory = MLNetGen.RunHistory<MLNetGen.TorchSettings, MLNetGen.TorchEpoch>;
global using VaeHistory = MLNetGen.RunHistory<MLNetGen.VaeSettings, MLNetGen.VaeEpoch>;
using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>What the loop knows of a run so far.</summary>
internal abstract class RunHistory
{
    /// <summary>Training time, of resumed parts too.</summary>
    public double Seconds { get; protected set; }

    /// <summary>Pictures too small for a patch, and the like.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Adds a warning, once, and logs it.</summary>
    public void Warn(TrainingSession session, string warning)
    {
        if (Warnings.Contains(warning))
            return;
        Warnings.Add(warning);
        session.Warning(warning);
    }

    /// <summary>What the training pictures are, in a sentence; null where that is not told.</summary>
    public string? Pictures { get; set; }

    /// <summary>Why the run ended early; null when it did not.</summary>
    public string? Stopped { get; set; }

    /// <summary>The checkpoint that it goes on from; null for a run from the start.</summary>
    public string? ResumedFrom { get; protected set; }

    /// <summary>What repeats the run.</summary>
    public abstract RunSettings RunSettings { get; }

    /// <summary>Rows that were learnt from in a second, by the middle one of the run's stretches: one slow epoch, beside other work, does not change it.</summary>
    public abstract double ImagesPerSecond { get; }

    /// <summary>Its epochs, or other stretches of steps that end with a checkpoint.</summary>
    public abstract IReadOnlyList<object> Rounds { get; }

    /// <summary>What a checkpoint's header holds.</summary>
    public abstract object ToHeader();
}

/// <summary>An epoch, or another stretch of steps, knows how fast it was.</summary>
internal interface ITimed
{
    double ImagesPerSecond { get; }
}

/// <summary>The settings and figures of a run so far.</summary>
/// <typeparam name="TSettings">What repeats the run.</typeparam>
/// <typeparam name="TEpoch">The figures of an epoch, or of another stretch of steps that ends with a checkpoint.</typeparam>
internal sealed class RunHistory<TSettings, TEpoch>(TSettings settings) : RunHistory
    where TSettings : RunSettings
    where TEpoch : ITimed
{
    // What a GAN's stretches between two checkpoints were called once.
    private const string EpochsOnce = "averages";

    private readonly List<TEpoch> epochs = [];
    private Dictionary<string, JsonElement> more = [];

    public TSettings Settings { get; set; } = settings;

    /// <summary>Of a run that goes on: its settings as they were.</summary>
    public TSettings? Resumed { get; private init; }

    public IReadOnlyList<TEpoch> Epochs => epochs;

    /// <param name="epoch">What was finished.</param>
    /// <param name="seconds">How long its steps took.</param>
    public void Add(TEpoch epoch, double seconds)
    {
        epochs.Add(epoch);
        Seconds += seconds;
    }

    /// <summary>Keeps in the next checkpoints what is neither settings nor figures of an epoch.</summary>
    public void Keep<T>(string key, T value) => more[key] = JsonSerializer.SerializeToElement(value, RunJson.Options);

    /// <summary>What <see cref="Keep"/> put into the checkpoint that the run goes on from; null where it did not.</summary>
    public T? Find<T>(string key)
        where T : class => more.TryGetValue(key, out JsonElement value) ? value.Deserialize<T>(RunJson.Options) : null;

    public override RunSettings RunSettings => Settings;

    public override double ImagesPerSecond => MedianSpeed.Of(epochs.Select(epoch => epoch.ImagesPerSecond));

    public override IReadOnlyList<object> Rounds => [.. epochs.Cast<object>()];

    public override object ToHeader() => new Header(Settings, epochs, Seconds, Warnings.Count > 0 ? Warnings : null) { More = more };

    /// <summary>The checkpoint that a run is to go on from; null where it begins anew.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static Header? ToResume(TrainingOptions options) => options.Resume ? Read(options) : null;

    /// <summary>The checkpoint that a model is to be made of.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static Header Finished(TrainingOptions options) => Read(options) ?? throw Checkpoint.Missing(options.WorkspacePath);

    /// <summary>A run from the start: what another run left is set aside. Or one that goes on from a checkpoint, whose weights are put into the networks.</summary>
    /// <param name="options">Say where the workspace is.</param>
    /// <param name="resumed">The checkpoint's; null for a run from the start.</param>
    /// <param name="now">The settings now.</param>
    /// <param name="networks">
    /// By their names in the checkpoint; not yet on their device: TorchSharp's <c>load</c> moves a network to the CPU and back, and every move makes new parameters, which an optimiser made
    /// before would not know.
    /// </param>
    /// <param name="session">Is told of it.</param>
    /// <exception cref="InvalidOperationException">The settings do not fit the checkpoint.</exception>
    public static RunHistory<TSettings, TEpoch> Begin(TrainingOptions options, Header? resumed, TSettings now, IReadOnlyDictionary<string, nn.Module> networks, TrainingSession session)
    {
        if (resumed is null)
        {
            Checkpoint.Begin(options);
            return new(now);
        }

        RunSettings.RequireSame(resumed.Settings.DifferenceFrom(now), resumed.Path);
        RunHistory<TSettings, TEpoch> history = new(now) { Seconds = resumed.Seconds, Resumed = resumed.Settings, ResumedFrom = resumed.Path, more = resumed.More ?? [] };
        history.epochs.AddRange(resumed.Epochs);
        history.Warnings.AddRange(resumed.Warnings ?? []);
        foreach ((string name, nn.Module network) in networks) Checkpoint.LoadNetwork(resumed.Path, name, network);
        // Figures follow the colon.
        session.Info(resumed.Epochs.Count == 0 ? $"taken from '{resumed.Path}'." : $"going on after {$"{resumed.Epochs[^1]}".Split(':')[0]}, from '{resumed.Path}'.");
        session.WarnOfRounding(resumed.Settings.RoundingDifferenceFrom(now));
        return history;
    }

    private static Header? Read(TrainingOptions options)
    {
        if (Checkpoint.Newest(options) is not { } path)
            return null;
        Header header = Checkpoint.ReadHeader<Header>(path)! with { Path = path };
        if (header is { Epochs: null, More: { } more } && more.Remove(EpochsOnce, out JsonElement epochs))
            header = header with { Epochs = epochs.Deserialize<IReadOnlyList<TEpoch>>(RunJson.Options)! };
        // Style networks' rounds had another name once.
        return header is not { Epochs: null } ? header
            : throw new InvalidDataException($"'{path}' is a checkpoint of an earlier version: go on with that version, or delete it to start afresh.");
    }

    internal sealed record Header(TSettings Settings, IReadOnlyList<TEpoch> Epochs, double Seconds, IReadOnlyList<string>? Warnings = null)
    {
        /// <summary>What families keep besides.</summary>
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? More { get; init; }

        [JsonIgnore]
        public string Path { get; init; } = "";
    }
}
