using System.Net;
using MLNetGen.Cli;

namespace MLNetGen.Studio;

/// <summary>What the studio shows, where it listens, and how much it takes.</summary>
public sealed record StudioOptions
{
    /// <summary>Where runs and model files lie; it need not be there yet.</summary>
    public string ModelsFolder { get; init; } = "out";

    /// <summary>Folders of pictures that can be looked at and trained on, as <c>ml.Images.Load</c> takes them.</summary>
    public IReadOnlyList<string> DataFolders { get; init; } = [];

    /// <summary>What trains; null: nothing can be trained from the page.</summary>
    public ITrainingProgram? Training { get; init; }

    /// <summary>Where style networks lie that are there without training; null: nowhere.</summary>
    public string? StylesFolder { get; init; } = BuiltInStyles.Folder;

    /// <summary>Where the files of npm's onnxruntime-web lie (its <c>dist</c>), by which the browser runs networks itself; null: <c>node_modules</c> of the current folder, or beside the program.</summary>
    public string? WebRuntimeFolder { get; init; }

    /// <summary>Where to listen. Beyond loopback, the page's address has a token in it, and nothing is answered without.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port; 0: any that is free.</summary>
    public int Port { get; init; }

    /// <summary>Processor cores that networks are run with; 0: all.</summary>
    public int Threads { get; init; }

    /// <summary>What an upload may have, all its pictures together.</summary>
    public long MaximumUploadBytes { get; init; } = 64 << 20;

    /// <summary>How long an upload may take from when its turn has come.</summary>
    public TimeSpan MaximumUploadTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Pictures of more pixels, by their headers, are not decoded.</summary>
    public long MaximumPixels { get; init; } = 40_000_000;

    /// <summary>Requests with more pixels than this, all their pictures together, are worked on one at a time.</summary>
    public long LargePixels { get; init; } = 10_000_000;

    /// <summary>Pictures in one upload.</summary>
    public int MaximumPictures { get; init; } = 64;

    /// <summary>Requests that a network works on at once.</summary>
    public int WorkAtOnce { get; init; } = 2;

    /// <summary>Requests of one client that wait for a network; more are refused.</summary>
    public int WaitingWork { get; init; } = 16;

    /// <summary>Requests of one client in a moment; as many more come free in three seconds.</summary>
    public int RequestsAtOnce { get; init; } = 300;

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(ModelsFolder);
        if (File.Exists(ModelsFolder))
            throw new ArgumentException($"{nameof(ModelsFolder)} is '{ModelsFolder}', a file; it must be a folder of runs.");
        if (DataFolders.FirstOrDefault(path => !Directory.Exists(path)) is { } missing)
            throw new ArgumentException($"{nameof(DataFolders)} has '{missing}', which is no folder; it must be a folder of pictures, or of idx files.");
        if (WebRuntimeFolder is not null && !Directory.Exists(WebRuntimeFolder))
            throw new ArgumentException($"{nameof(WebRuntimeFolder)} is '{WebRuntimeFolder}', which is no folder; it must be the folder 'dist' of npm's onnxruntime-web.");
        if (Port is < 0 or > ushort.MaxValue)
            throw new ArgumentException($"{nameof(Port)} is {Port}; it must be 0 to {ushort.MaxValue}.");
        if (MaximumUploadTime <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(MaximumUploadTime)} is {MaximumUploadTime}; it must be longer than 0.");
        foreach ((string name, long value) in (ReadOnlySpan<(string, long)>)
        [
            (nameof(MaximumUploadBytes), MaximumUploadBytes), (nameof(MaximumPixels), MaximumPixels), (nameof(LargePixels), LargePixels), (nameof(MaximumPictures), MaximumPictures),
            (nameof(WorkAtOnce), WorkAtOnce), (nameof(WaitingWork), WaitingWork), (nameof(RequestsAtOnce), RequestsAtOnce),
        ])
        {
            if (value < 1)
                throw new ArgumentException($"{name} is {value}; it must be at least 1.");
        }
    }
}
