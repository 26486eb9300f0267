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
