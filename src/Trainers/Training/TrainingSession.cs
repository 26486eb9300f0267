using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetGen.Export;
using MLNetGen.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// What a run changes in the process and puts back when it ends: libtorch's thread count, random state and,
/// where they are wrong, convolutions. Also its device, its seed and its channel to <c>MLContext.Log</c>.
/// </summary>
internal sealed class TrainingSession : IDisposable
{
    // torch's random state and thread count are the process's: two runs at once would draw from one stream.
    private static readonly Lock OneAtATime = new();
    private static bool remediesAreTold;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly IChannel channel;
    private readonly Tensor randomState;
    private readonly int threadsBefore;
    private readonly DisposeScope scope;
    private readonly ExactConvolutions? convolutions;
    private WorkspaceLock? workspace;
    private (TrainingPrecision Precision, string? Why) precision;

    private TrainingSession(IChannel channel, string family, int seed, Device device, int threads)
    {
        this.channel = channel;
        Family = family;
        Seed = seed;
        Device = device;
        NumberOfThreads = threads;
        threadsBefore = get_num_threads();
        set_num_threads(threads);
        scope = NewDisposeScope();
        randomState = get_rng_state();
        manual_seed(seed);
        convolutions = ExactConvolutions.WhereNeeded();
        // Once a process; runs take turns.
        if (!remediesAreTold && TorchLibrary.Remedy is { } remedy)
            Info(remedy);
        if (!remediesAreTold && TorchLibrary.OneDnnRemedy is { } limited)
            Info(limited);
        if (!remediesAreTold && convolutions is not null)
            Info(ExactConvolutions.Reason);
        remediesAreTold = true;
    }

    /// <summary>Which network is trained, as logs and files call it.</summary>
    public string Family { get; }

    public int Seed { get; }

    public Device Device { get; }

    public int NumberOfThreads { get; }

    /// <summary>Float32 or BFloat16.</summary>
    public TrainingPrecision Precision => precision.Precision;

    public static TrainingSession Begin(MLContext context, string family, TrainingOptions options, RunSettings? resumed = null)
    {
        TorchLibrary.Require();
        OnnxRuntimeLibrary.Require();
        IHost host = ((IHostEnvironment)context).Register("MLNetGen");
        int threads = options.NumberOfThreads > 0 ? options.NumberOfThreads : Environment.ProcessorCount;
        int seed = options.Seed ?? resumed?.Seed ?? host.Rand.Next();
        Device device = DeviceOf(options.Device);
        // What is trained is run by ONNX Runtime afterwards.
        ContextGpu.Find(context, out string? noGpu);
        while (!OneAtATime.TryEnter(Poll))
            options.CancellationToken.ThrowIfCancellationRequested();
        IChannel? channel = null;
        try
        {
            channel = host.Start(family);
            TrainingSession session = new(channel, family, seed, device, threads);
            try
            {
                // A run that goes on stays what it is.
                session.precision = TrainingPrecisions.Decide(options.Precision == TrainingPrecision.Auto && resumed is not null ? resumed.Precision : options.Precision, family, device);
            }
            catch
            {
                session.Dispose();
                throw;
            }
            if (noGpu is not null)
                session.Warning(noGpu);
            return session;
        }
        catch
        {
            channel?.Dispose();
            OneAtATime.Exit();
            throw;
        }
    }

    /// <summary>A session that writes to the workspace, which no other process may while it lasts.</summary>
    /// <exception cref="IOException">Another process trains there.</exception>
    public static TrainingSession BeginTraining(MLContext context, string family, TrainingOptions options, RunSettings? resumed = null)
    {
        TrainingSession session = Begin(context, family, options, resumed);
        try
        {
            session.Take(options.WorkspacePath);
            if (session.precision.Why is { } why)
                session.Info($"{family} in {session.Precision}: {why}.");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Takes a workspace, if there is one, until the session ends.</summary>
    /// <exception cref="IOException">Another process trains there.</exception>
    public void Take(string? path) => workspace = path is null ? null : WorkspaceLock.Take(path);

    /// <summary>
    /// Reseeds for one epoch. Everything random in an epoch follows from the seed and the epoch's number, so a
    /// checkpoint between two epochs needs no random state to continue exactly.
    /// </summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="member">Which network of an ensemble, from 1.</param>
    /// <returns>The epoch's own seed, for draws that are not torch's.</returns>
    public int SeedEpoch(int epoch, int member = 1)
    {
        int seed = HashCodeOf(Seed + member - 1, epoch);
        // Processes that share a batch draw their own noise for their own rows.
        manual_seed(seed + MpiRanks.Rank);
        return seed;
    }

    /// <summary>The rows 0 … count − 1 in this epoch's order.</summary>
    public long[] OrderOf(long count, int epoch, int member = 1)
    {
        long[] order = new long[count];
        for (long row = 0; row < count; row++)
            order[row] = row;
        new Random(HashCodeOf(Seed + member - 1, -epoch)).Shuffle(order);
        return order;
    }

    public void Info(string message) => channel.Info(MessageSensitivity.None, message);

    /// <summary>Says of a run that is resumed that it will not be the one it would have been.</summary>
    /// <param name="rounding">What differs that changes the last bits, and nothing else; null where nothing does.</param>
    public void WarnOfRounding(string? rounding)
    {
        if (rounding is not null)
            Warning($"{rounding}: the run goes on, but not bit for bit as it would have.");
    }

    public void Warning(string message) => channel.Warning(MessageSensitivity.None, message);

    public void Dispose()
    {
        workspace?.Dispose();
        convolutions?.Dispose();
        set_rng_state(randomState);
        scope.Dispose();
        set_num_threads(threadsBefore);
        channel.Dispose();
        OneAtATime.Exit();
    }

    internal static Device DeviceOf(string? name)
    {
        if (name is null)
            return torch.device(cuda.is_available() ? "cuda:0" : "cpu");
        string[] parts = name.Split(':');
        int index = 0;
        bool known = parts[0] is "cpu" or "cuda" && parts.Length <= 2
            && (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index));
        if (!known)
            throw new ArgumentException($"Device is '{name}'; it must be cpu, cuda or cuda:N.");
        if (parts[0] == "cpu")
            return torch.device("cpu");
        int count = cuda.is_available() ? cuda.device_count() : 0;
        if (index >= count)
            throw new ArgumentException($"Device is '{name}', and this machine has {count} CUDA devices: use cpu, or leave it unset.");
        return torch.device($"cuda:{index}");
    }

    // Not System.HashCode, which is seeded anew in every process.
    private static int HashCodeOf(int seed, int epoch) => unchecked((int)((uint)seed * 2654435761u) ^ (epoch * 40503));
}
