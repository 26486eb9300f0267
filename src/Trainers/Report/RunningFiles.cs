using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

namespace MLNetGen;

/// <summary>
/// What a run leaves after every epoch, while it goes on: <c>metrics.json</c>, <c>run.json</c> and <c>report.html</c>, which those of the whole run replace, <c>metrics.csv</c> for spreadsheets, and the folder
/// <c>tensorboard</c> for TensorBoard.
/// </summary>
/// <param name="folder">The workspace.</param>
/// <param name="family">The run's.</param>
/// <param name="history">Its figures.</param>
/// <param name="commandLine">What was typed to start it.</param>
/// <remarks>Figures are those of the family's epochs, by the names that <c>metrics.json</c> has for them: <c>test.loss</c>.</remarks>
internal sealed class RunningFiles(string folder, string family, RunHistory history, IReadOnlyList<string>? commandLine)
{
    /// <summary>Names of the files and the folder.</summary>
    public const string Csv = "metrics.csv", TensorBoard = "tensorboard";

    // How often the page reads itself again.
    private const int RefreshSeconds = 5;

    // What a figure is of, where an epoch has it of several rows.
    private static readonly string[] Parts = ["train", "test"];

    // The number of the epoch or step is no figure of it.
    private static readonly string[] Numbers = ["epoch", "step", "steps", "member", "round"];

    private TorchSharp.Modules.SummaryWriter? events;
    private int written;

    /// <summary>Writes them as they are now.</summary>
    public void Write()
    {
        IReadOnlyList<Dictionary<string, double>> epochs = [.. history.Rounds.Select(Figures)];
        string[] names = [.. epochs.SelectMany(epoch => epoch.Keys).Distinct()];
        SafeFile.WriteAllText(Path.Combine(folder, Csv), ToCsv(names, epochs));
        WriteEvents(epochs);
        RunFiles.Write(folder, RunRecord.Of(family, history, [("isRunning", true), ("epochs", history.Rounds)], test: null, onnxParity: null, commandLine), Page(names, epochs));
    }

    private static Dictionary<string, double> Figures(object epoch)
    {
        Dictionary<string, double> figures = [];
        Add(JsonSerializer.SerializeToNode(epoch, epoch.GetType(), RunJson.Options), "");
        return figures;

        void Add(JsonNode? node, string name)
        {
            if (node is JsonObject parts)
                foreach ((string key, JsonNode? part) in parts) Add(part, name.Length == 0 ? key : $"{name}.{key}");
            else if (node is JsonValue && node.GetValueKind() == JsonValueKind.Number && !Numbers.Contains(name))
                figures[name] = node.GetValue<double>();
        }
    }

    private static string ToCsv(string[] names, IReadOnlyList<Dictionary<string, double>> epochs)
    {
        StringBuilder csv = new StringBuilder("epoch").Append(string.Concat(names.Select(name => $",{name}"))).Append('\n');
        for (int i = 0; i < epochs.Count; i++)
            csv.Append(CultureInfo.InvariantCulture, $"{i + 1}").Append(string.Concat(names.Select(name => epochs[i].TryGetValue(name, out double value) ? string.Create(CultureInfo.InvariantCulture, $",{value:R}") : ","))).Append('\n');
        return csv.ToString();
    }

    // A run that goes on has a file of its own: TensorBoard shows all of a folder as one run.
    private void WriteEvents(IReadOnlyList<Dictionary<string, double>> epochs)
    {
        string place = Path.Combine(folder, TensorBoard);
        if (events is null && Directory.Exists(place))
        {
            if (history.ResumedFrom is null)
                Directory.Delete(place, recursive: true);
            else
                written = epochs.Count - 1;
        }
        events ??= torch.utils.tensorboard.SummaryWriter(place);
        for (; written < epochs.Count; written++)
            foreach ((string name, double value) in epochs[written]) events.add_scalar(name.Replace('.', '/'), (float)value, written + 1);
    }

    private HtmlReport Page(string[] names, IReadOnlyList<Dictionary<string, double>> epochs)
    {
        HtmlReport page = RunPage.Of(history, $"{family}, in training", $"{epochs.Count} {(epochs.Count == 1 ? "epoch or stretch" : "epochs or stretches")} of steps so far");
        page.RefreshSeconds = RefreshSeconds;
        page.Figures([.. RunPage.Pace(history, "training rows a second", history.ImagesPerSecond < 10 ? "F1" : "N0")]);
        foreach (IGrouping<string, string> figure in names.GroupBy(name => Parts.Aggregate(name, (left, part) => left.StartsWith(part + ".", StringComparison.Ordinal) ? left[(part.Length + 1)..] : left)))
        {
            page.Curves(epochs, InWords(figure.Key), "", figure.Select(name =>
                (figure.Count() == 1 ? InWords(figure.Key) : name[..^(figure.Key.Length + 1)], (Func<Dictionary<string, double>, double?>)(epoch => epoch.TryGetValue(name, out double value) ? value : null))));
        }
        if (NewestSample() is { } sample)
            page.Picture("As it draws now", Path.GetFileNameWithoutExtension(sample), sample);
        return page;
    }

    // "imagesPerSecond" is "Images per second".
    private static string InWords(string name) => name switch
    {
        "kl" => "KL",
        "negativeElbo" => "−ELBO",
        _ => char.ToUpperInvariant(name[0]) + string.Concat(name.Skip(1).Select(letter => char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : letter == '.' ? ": " : $"{letter}")),
    };

    private string? NewestSample()
    {
        string samples = Path.Combine(folder, "samples");
        return Directory.Exists(samples) ? Directory.EnumerateFiles(samples, "*.png").Order(StringComparer.Ordinal).MaxBy(File.GetLastWriteTimeUtc) : null;
    }
}
