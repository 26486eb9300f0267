using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.AlexNet;

/// <summary>What a run learns from.</summary>
internal sealed class AlexNetData(PictureSet train, PictureSet? test, ColorComponents colors, int classCount, float[]? classWeights) : IDisposable
{
    private const int MostNamed = 5;

    public PictureSet Train { get; } = train;

    /// <summary>Held-out rows; class −1 is one that training never saw.</summary>
    public PictureSet? Test { get; } = test;

    public ColorComponents Colors { get; } = colors;

    public int ClassCount { get; } = classCount;

    public float[]? ClassWeights { get; } = classWeights;

    /// <summary>Begins to read both sets, and waits for as many pictures as the colours are taken from.</summary>
    public static AlexNetData Read(
        MLContext context, IDataView rows, IDataView? heldOut, PictureInput column, ClassLabels labels, AlexNetRecipe recipe, AlexNetTrainer.Options options, TrainingSession session)
    {
        string label = options.LabelColumnName;
        PictureSet Pictures(IDataView view, int? shuffleSeed)
        {
            LabelColumn keys = LabelColumn.Of(view, label);
            return PictureSet.Read(context, keys.Rows, column, cursor => labels.Classes.IndexGetter(cursor, keys), [keys.Column], new PictureSetOptions
            {
                MemoryBudgetBytes = options.MemoryBudget,
                CacheFolder = options.WorkspacePath,
                ShuffleSeed = shuffleSeed,
                CancellationToken = options.CancellationToken,
            });
        }
        if (heldOut is not null && !HasLabels(heldOut, labels.Classes, label, session, options.CancellationToken))
            heldOut = null;
        long[] counts = new long[labels.Classes.Count];
        foreach (int row in labels.Rows) counts[row]++;
        float[]? weights = ClassLoss.Weights(labels.Classes.Names, counts, recipe.BalanceClasses, options.ClassWeights);
        PictureSet train = Pictures(rows, session.Seed);
        PictureSet? test = null;
        try
        {
            test = heldOut is null ? null : Pictures(heldOut, null);
            return new AlexNetData(train, test, ColorComponents.Of(train, cancel: options.CancellationToken), labels.Classes.Count, weights);
        }
        catch
        {
            train.Dispose();
            test?.Dispose();
            throw;
        }
    }

    // Whether there is a row to judge; what cannot be judged is said now, and not after an epoch.
    private static bool HasLabels(IDataView heldOut, ClassList classes, string label, TrainingSession session, CancellationToken cancel)
    {
        ClassLabels labels = ClassLabels.ReadAs(classes, heldOut, label, cancel);
        if (Array.IndexOf(labels.Rows, ClassLabels.Missing) is >= 0 and var row)
            throw new InvalidDataException($"row {row} of column '{label}' of the held-out rows has no label: filter such rows out first.");
        if (labels.UnseenLabels is { Count: > 0 } unseen)
        {
            session.Warning($"{unseen.Values.Sum():N0} held-out rows have labels that no training row has, and are not judged: "
                + $"{string.Join(", ", unseen.Take(MostNamed).Select(pair => $"'{pair.Key}' ({pair.Value:N0})"))}{(unseen.Count > MostNamed ? $" and {unseen.Count - MostNamed:N0} more labels" : "")}.");
        }
        bool any = labels.Rows.Any(known => known >= 0);
        if (!any)
            session.Warning("no held-out row can be judged: training goes on without.");
        return any;
    }

    /// <summary>Says what there is to learn from.</summary>
    public void Describe(TrainingSession session, AlexNetRecipe recipe) => session.Info(string.Create(
        CultureInfo.InvariantCulture,
        $"{Train.Count:N0} training rows of {Train.Channels}×{Train.Height}×{Train.Width}, {Test?.Count ?? 0:N0} held out; {recipe.Precision}, {session.Device}, seed {session.Seed}."));

    public void Dispose()
    {
        Train.Dispose();
        Test?.Dispose();
    }
}
