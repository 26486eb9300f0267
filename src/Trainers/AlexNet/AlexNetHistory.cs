namespace MLNetGen.AlexNet;

/// <summary>The figures of one network of an ensemble: a history has those of all, one after another.</summary>
internal static class AlexNetHistoryExtensions
{
    extension(AlexNetHistory history)
    {
        public IReadOnlyList<AlexNetEpoch> Of(int member) => [.. history.Epochs.Where(epoch => epoch.Member == member)];

        /// <summary>What plateaus and early stopping go by: top-1 errors after every epoch.</summary>
        public IReadOnlyList<double> Errors(int member) => [.. history.Of(member).Select(epoch => 1 - (epoch.Test ?? epoch.Train).Top1)];

        /// <summary>The epoch whose weights a network was left with: the best where training may stop early, else the last.</summary>
        public int KeptEpoch(int member)
        {
            IReadOnlyList<double> errors = history.Errors(member);
            return history.Settings.Recipe.EarlyStoppingPatience == 0 ? errors.Count : errors.Index().MinBy(pair => pair.Item).Index + 1;
        }
    }
}

/// <summary>The checkpoints of a run: a file a network, and the newest of them says how far the run is. Each holds weights, the best so far where training may stop early, and the optimiser.</summary>
internal static class AlexNetCheckpoints
{
    public const string Network = "network", Best = "best";

    public static NumberedFiles In(string workspace) => new(Checkpoint.FolderIn(workspace), "network-", Checkpoint.Extension, Digits: 1);

    public static string PathOf(string workspace, int member) => In(workspace)[member];

    /// <summary>Whether a file is a checkpoint of such a run; of a file that is not there, no.</summary>
    public static bool Is(string path)
    {
        try
        {
            return File.Exists(path) && Checkpoint.ReadHeader<AlexNetHistory.Header>(path) is not null && Checkpoint.Has(path, Network);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>The weights that a run's model has: the best of one that may stop early, else the last.</summary>
    public static void LoadTrained(string path, AlexNetModule network) => Checkpoint.LoadNetwork(path, Checkpoint.Has(path, Best) ? Best : Network, network);
}
