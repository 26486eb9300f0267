global using SuperResolutionHistory = MLNetGen.EpochHistory<MLNetGen.SuperResolution.SuperResolutionSettings, MLNetGen.SuperResolutionEpoch>;
global using TorchHistory = MLNetGen.EpochHistory<MLNetGen.Torch.TorchSettings, MLNetGen.TorchEpoch>;
global using VaeHistory = MLNetGen.EpochHistory<MLNetGen.Vae.VaeSettings, MLNetGen.VaeEpoch>;

namespace MLNetGen;

/// <summary>The figures of a run in epochs so far; what a checkpoint's header holds.</summary>
internal sealed class EpochHistory<TSettings, TEpoch>(TSettings settings)
{
    private readonly List<TEpoch> epochs = [];
    private double secondsBefore;

    public TSettings Settings { get; } = settings;

    public IReadOnlyList<TEpoch> Epochs => epochs;

    /// <summary>Training time, of resumed parts too.</summary>
    public double Seconds { get; private set; }

    /// <summary>Pictures too small for a patch, and the like.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Why the run ended early; null when it did not.</summary>
    public string? Stopped { get; set; }

    /// <param name="epoch">What was finished.</param>
    /// <param name="seconds">Since this part of the run began.</param>
    public void Add(TEpoch epoch, double seconds)
    {
        epochs.Add(epoch);
        Seconds = secondsBefore + seconds;
    }

    public Header ToHeader() => new(Settings, epochs, Seconds, Warnings.Count > 0 ? Warnings : null);

    /// <summary>The run that a checkpoint belongs to, going on with <paramref name="now"/>'s settings.</summary>
    /// <param name="header">The checkpoint's.</param>
    /// <param name="now">The settings now.</param>
    /// <param name="difference">What of them may not differ and does; null for nothing.</param>
    /// <param name="path">The checkpoint.</param>
    /// <exception cref="InvalidOperationException">The settings do not fit the checkpoint.</exception>
    public static EpochHistory<TSettings, TEpoch> From(Header header, TSettings now, string? difference, string path)
    {
        RunSettings.RequireSame(difference, path);
        EpochHistory<TSettings, TEpoch> history = new(now) { secondsBefore = header.Seconds, Seconds = header.Seconds };
        history.epochs.AddRange(header.Epochs);
        return history;
    }

    internal sealed record Header(TSettings Settings, IReadOnlyList<TEpoch> Epochs, double Seconds, IReadOnlyList<string>? Warnings = null);
}
