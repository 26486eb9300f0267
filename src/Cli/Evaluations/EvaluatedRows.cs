using System.CommandLine;
using Microsoft.ML;

namespace MLNetGen.Cli.Evaluations;

/// <summary>The rows that a model is judged on, and what its run's record says of them.</summary>
internal sealed class EvaluatedRows
{
    private EvaluatedRows(IDataView train, IDataView judged) => (Train, Judged) = (train, judged);

    /// <summary>What it was trained on, as far as that is known.</summary>
    public IDataView Train { get; }

    public IDataView Judged { get; }

    public int Count { get; private init; }

    /// <summary>How many of them it was trained on; null: nobody knows.</summary>
    public int? TrainedOn { get; private init; }

    /// <summary>Which rows these are, for the page.</summary>
    public required string Choice { get; init; }

    /// <summary>Why the figures are to be read with care.</summary>
    public List<string> Warnings { get; } = [];

    /// <param name="context">The context.</param>
    /// <param name="data">What names the rows.</param>
    /// <param name="parsed">The command.</param>
    /// <param name="seed">The training's, for <c>--held-out</c>.</param>
    /// <param name="all">Whether all rows are judged, also where the run held some out.</param>
    /// <param name="model">The model's file.</param>
    /// <param name="channels">What the model's network learnt of pictures, where its run does not say: 1 or 3; null: unknown.</param>
    public static EvaluatedRows Load(MLContext context, DataSource data, ParseResult parsed, int seed, bool all, string model, int? channels)
    {
        string folder = parsed.GetValue(data.Data)!;
        bool isChosen = all || parsed.GetValue(data.HeldOut) || parsed.GetValue(data.Split) is not null;
        (IDataView train, IDataView judged) = data.LoadTrainAndTest(context, parsed, seed);
        DataRecord? record = DataRecord.Beside(model);
        EvaluatedRows rows = record?.TrainingPictures is null ? Unknown(train, judged, record, model) : Known(context, train, judged, record, folder, isChosen);
        if (rows.TrainedOn > 0)
        {
            rows.Warnings.Add($"{(rows.TrainedOn == rows.Count ? $"all {rows.Count:N0}" : $"{rows.TrainedOn:N0} of {rows.Count:N0}")} pictures were in the model's training data: the figures flatter it. "
                + Remedy(record!, isChosen));
        }
        if (ColorMismatch(rows.Judged, record?.Channels ?? channels, record is not null) is { } mismatch)
            rows.Warnings.Add(mismatch);
        return rows;
    }

    private static EvaluatedRows Unknown(IDataView train, IDataView judged, DataRecord? record, string model)
    {
        Note(record is null
            ? $"there is no record of training data beside '{model}': whether the model was trained on these pictures cannot be told."
            : $"the model was trained on {record.TrainingRows:N0} pictures, too many to be known again: whether on these cannot be told.");
        int count = PictureRow.Count(judged);
        return new(train, judged) { Count = count, Choice = $"{count:N0}" };
    }

    private static EvaluatedRows Known(MLContext context, IDataView train, IDataView judged, DataRecord record, string folder, bool isChosen)
    {
        PictureRow[] pictures = [.. PictureRow.Of(judged, folder)];
        IReadOnlySet<ulong> trained = DataRecord.Unpacked(record.TrainingPictures!), held = DataRecord.Unpacked(record.TestPictures ?? []);
        PictureRow[] heldOut = [.. pictures.Where(picture => held.Contains(picture.Fingerprint))];
        int all = pictures.Length;
        // Data that the run split itself: what it trained on, and what it kept to be judged by.
        bool isOwnSplit = !isChosen && record.Test is null && heldOut.Length > 0 && heldOut.Length < all && pictures.Any(picture => trained.Contains(picture.Fingerprint));
        if (isOwnSplit)
        {
            Note($"judged by the {heldOut.Length:N0} of {all:N0} pictures that the model's training held out; --all-rows takes all.");
            (train, judged, pictures) = (Only(context, train, pictures.Where(picture => trained.Contains(picture.Fingerprint))), Only(context, judged, heldOut), heldOut);
        }
        return new(train, judged)
        {
            Count = pictures.Length,
            TrainedOn = pictures.Count(picture => trained.Contains(picture.Fingerprint)),
            Choice = isOwnSplit ? $"{pictures.Length:N0} of {all:N0}: those that training held out" : $"{pictures.Length:N0}",
        };
    }

    private static void Note(string text)
    {
        if (!LogLines.IsQuiet)
            Console.Error.WriteLine($"mlnetgen: {text}");
    }

    private static IDataView Only(MLContext context, IDataView rows, IEnumerable<PictureRow> kept)
    {
        HashSet<string> paths = [.. kept.Select(picture => picture.Path)];
        return context.Data.FilterByCustomPredicate<PathColumn>(rows, row => !paths.Contains(row.Path));
    }

    private static string Remedy(DataRecord record, bool isChosen) =>
        record.Test is { } test ? $"Judge it by those of its --test: --data {test}."
        : record.TestRows > 0 && isChosen ? $"Without --split, --held-out and --all-rows, --data {record.Data} takes the {record.TestRows:N0} that its training held out."
        : record.TestRows > 0 && record.Data is not null ? $"--data {record.Data} takes the {record.TestRows:N0} that its training held out."
        : "Judge it by others.";

    // What a network of colours makes of grey pictures is told only where it surely learnt colours.
    private static string? ColorMismatch(IDataView rows, int? channels, bool isRecorded)
    {
        if (channels is null)
            return null;
        string? colored = ColoredPicture.FirstIn(rows);
        return channels == 1 && colored is not null
                ? $"the model {(isRecorded ? "learnt from grey pictures" : "takes grey pictures")}, and these have colours ('{colored}' has): it knows nothing of their kind, and sees no more than their brightness where its network is grey. Give it pictures like those of its training."
            : channels == 3 && colored is null ? "the model learnt from pictures in colour, and these are grey. Give it pictures like those of its training."
            : null;
    }

    private sealed class PathColumn
    {
        public string Path { get; set; } = "";
    }
}
