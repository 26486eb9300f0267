using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>
/// The checkpoint of one network of a run: its weights, the best so far where training may stop early, and the optimiser.
/// An ensemble has a file a network, and the newest of them says how far the run is.
/// </summary>
internal sealed class AlexNetCheckpoint(string? workspace, int member, AlexNetModule network, SGD optimizer) : IDisposable
{
    private const string NetworkPart = "network", BestPart = "best", OptimizerPart = "optimizer";

    private AlexNetModule? best;

    public static string PathOf(string workspace, int member) =>
        Path.Combine(Checkpoint.FolderIn(workspace), string.Create(CultureInfo.InvariantCulture, $"network-{member}.checkpoint"));

    /// <summary>Whether a file is a checkpoint of such a run; of a file that is not there, no.</summary>
    public static bool Is(string path)
    {
        try
        {
            return File.Exists(path) && Checkpoint.ReadHeader<AlexNetHistory.Header>(path) is not null && Checkpoint.Has(path, NetworkPart);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>The newest network's file; null where there is none.</summary>
    public static string? Newest(string workspace)
    {
        int member = 0;
        while (File.Exists(PathOf(workspace, member + 1))) member++;
        return member == 0 ? null : PathOf(workspace, member);
    }

    /// <summary>Before a run from the start: what another run left would be resumed, and may be all that is left of it.</summary>
    public static void SetAside(string workspace)
    {
        for (int member = 1; File.Exists(PathOf(workspace, member)); member++)
            Checkpoint.SetAside(PathOf(workspace, member));
    }

    /// <summary>The weights of the last finished epoch, or those of the best so far.</summary>
    public static void LoadNetwork(string workspace, int member, AlexNetModule network, bool wantsBest = false) =>
        Checkpoint.LoadNetwork(PathOf(workspace, member), wantsBest ? BestPart : NetworkPart, network);

    /// <summary>The weights that a run's model has: the best of one that may stop early, else the last.</summary>
    public static void LoadTrained(string path, AlexNetModule network) =>
        Checkpoint.LoadNetwork(path, Checkpoint.Has(path, BestPart) ? BestPart : NetworkPart, network);

    public void LoadOptimizer()
    {
        string path = PathOf(workspace!, member);
        Checkpoint.LoadOptimizer(path, OptimizerPart, optimizer);
        if (Checkpoint.Has(path, BestPart))
        {
            MakeBest();
            Checkpoint.LoadNetwork(path, BestPart, best!);
        }
    }

    public void KeepBest()
    {
        MakeBest();
        network.CopyStateTo(best!);
    }

    public void RestoreBest()
    {
        if (best is not null)
            best.CopyStateTo(network);
    }

    /// <summary>A disk that is full costs the checkpoint and not the training.</summary>
    public void Save(AlexNetHistory history, TrainingSession session)
    {
        if (workspace is null)
            return;
        Dictionary<string, nn.Module> networks = new() { [NetworkPart] = network };
        if (best is not null)
            networks[BestPart] = best;
        try
        {
            Checkpoint.Save(PathOf(workspace, member), history.ToHeader(), networks, new Dictionary<string, OptimizerHelper> { [OptimizerPart] = optimizer });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            session.Warning($"a checkpoint is missing: {e.Message} Training goes on.");
        }
    }

    public void Dispose() => best?.Dispose();

    private void MakeBest()
    {
        if (best is not null)
            return;
        best = AlexNetModule.Create(network.Shape);
        best.to(network.parameters().First().device);
    }
}
