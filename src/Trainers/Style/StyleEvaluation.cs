using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Style;

/// <summary>Judges a run's network by any photographs, as its training judged it by its test pictures.</summary>
internal static class StyleEvaluation
{
    public static StyleMetrics Of(MLContext context, string folder, IDataView rows, string column, string? lossNetworkPath, int most, CancellationToken cancel)
    {
        OptionCheck.AtLeast("maximumRowCount", most, 1);
        StyleSettings settings = SettingsIn(folder);
        using TrainingSession session = TrainingSession.Begin(context, "style", new StyleTransferTrainer.Options { Seed = settings.Seed });
        using StyleModel model = StyleModel.Open(folder, session.NumberOfThreads, context);
        using LossNetwork network = LossNetworks.Open(lossNetworkPath);
        if (network.WeightsHash != settings.LossNetworkWeights)
            throw new ArgumentException($"LossNetwork is {network.Description}, and the network in '{folder}' was taught by {settings.LossNetwork}: name its file.");
        network.To(session.Device);
        StyleTargets targets = StyleTargets.Of([.. settings.StyleNames.Select(name => PictureFile.Read(StyleReport.PaintingPath(folder, name)))], network, settings, session.Device);
        using PerceptualLoss loss = targets.Loss(settings);
        // As training takes the test pictures that it is given.
        (IReadOnlyList<(string, Picture)> photographs, int leftOut) = Photographs(RowSubset.Spread(rows, most), column, 2 * settings.ImageSize, Math.Max(StyleShape.SmallestPicture, network.SmallestSide), cancel);
        using StyleJudge judge = new(loss, photographs, session.Device);
        Picture[,] paintings = new Picture[photographs.Count, settings.StyleNames.Count];
        StyleResult[] results = StyleResult.Of(judge, (picture, style) => paintings[picture, style] = Paint(model, judge.Pictures[picture].Picture, style, cancel), targets.Pictures);
        return new(results, settings, [.. photographs.Select((photograph, i) => new PaintedPhotograph(photograph.Item1, photograph.Item2, [.. settings.StyleNames.Select((_, style) => paintings[i, style])]))], leftOut);
    }

    private static Picture Paint(StyleModel model, Picture photograph, int style, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return model.Stylize(photograph, new StylizeOptions { StyleWeights = [.. model.Styles.Select((_, i) => i == style ? 1.0 : 0)] }, cancellationToken: cancel);
    }

    private static StyleSettings SettingsIn(string folder)
    {
        string path = Path.Combine(folder, "run.json");
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no '{path}', which says how the network was trained: give the folder of a run, whole.", path);
        try
        {
            using JsonDocument run = JsonDocument.Parse(File.ReadAllBytes(path));
            return run.RootElement.GetProperty("settings").Deserialize<StyleSettings>(RunJson.Options)!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is not of a style network's run: {e.Message}", e);
        }
    }

    private static (IReadOnlyList<(string Name, Picture Picture)> Photographs, int LeftOut) Photographs(IDataView rows, string column, int longest, int least, CancellationToken cancel)
    {
        DataViewSchema.Column image = ImageColumn.Find(rows.Schema, column);
        DataViewSchema.Column? path = rows.Schema.GetColumnOrNull("Path");
        using DataViewRowCursor cursor = rows.GetRowCursor(path is { } needed ? [image, needed] : [image]);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(image);
        ValueGetter<ReadOnlyMemory<char>>? name = path is { } text ? cursor.GetGetter<ReadOnlyMemory<char>>(text) : null;
        List<string> names = [];
        List<Picture> pictures = [];
        MLImage? photograph = null;
        ReadOnlyMemory<char> called = default;
        int leftOut = 0;
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            get(ref photograph!);
            if (photograph is null || Math.Min(photograph.Width, photograph.Height) < least)
            {
                leftOut++;
                continue;
            }
            name?.Invoke(ref called);
            names.Add(name is null ? $"picture-{names.Count + 1}" : called.ToString());
            pictures.Add(PictureResize.ToLongerSideAtMost(Picture.FromImage(photograph), longest));
        }
        return pictures.Count > 0 ? ([.. StyleTargets.NamesOf(names).Zip(pictures)], leftOut)
            : throw new ArgumentException($"of {leftOut} photographs, none has {least}×{least} pixels, which painting and judging take: give larger ones.");
    }
}
