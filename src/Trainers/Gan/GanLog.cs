using System.Text.Json;

namespace MLNetGen.Gan;

/// <summary><c>training_log.jsonl</c>: a row a step, on disk before the next step begins.</summary>
internal sealed class GanLog : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(RunJson.Options) { WriteIndented = false };

    private readonly StreamWriter writer;

    /// <summary>Starts the file with the rows that a resumed run goes on from; later ones, of the part that was lost, go.</summary>
    public GanLog(string workspace, IEnumerable<GanLogRow> kept)
    {
        string path = PathIn(workspace);
        SafeFile.WriteAllText(path, string.Concat(kept.Select(row => Line(row) + "\n")));
        writer = new StreamWriter(path, append: true) { AutoFlush = true, NewLine = "\n" };
    }

    public static string PathIn(string workspace) => Path.Combine(workspace, "training_log.jsonl");

    /// <summary>The rows of steps 1 … <paramref name="last"/>, as far as the file has them.</summary>
    public static IReadOnlyList<GanLogRow> Read(string workspace, int last)
    {
        string path = PathIn(workspace);
        List<GanLogRow> rows = [];
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            // A process that was killed may have left half a line at the end.
            if (Parse(line) is not { } row || row.Step > last)
                break;
            rows.Add(row);
        }
        return rows;
    }

    public void Add(GanLogRow row) => writer.WriteLine(Line(row));

    public void Dispose() => writer.Dispose();

    private static string Line(GanLogRow row) => JsonSerializer.Serialize(row, Json);

    private static GanLogRow? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<GanLogRow>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>One step, as <c>training_log.jsonl</c> has it.</summary>
/// <param name="Step">From 1.</param>
/// <param name="RealLoss">The discriminator's loss on real pictures, in nats.</param>
/// <param name="FakeLoss">Its loss on made ones.</param>
/// <param name="GeneratorLoss">The generator's loss.</param>
/// <param name="RealProbability">Mean of D(x).</param>
/// <param name="FakeProbability">Mean of D(G(z)).</param>
/// <param name="Accuracy">The share of the batch that the discriminator tells rightly.</param>
/// <param name="Diversity">Spread of made pictures as a share of that of real ones.</param>
/// <param name="Seconds">What the step took.</param>
/// <param name="Penalty">What gradient penalties added to the discriminator's loss; null without any.</param>
internal sealed record GanLogRow(
    int Step, double RealLoss, double FakeLoss, double GeneratorLoss, double RealProbability, double FakeProbability, double Accuracy, double Diversity, double Seconds,
    double? Penalty = null)
{
    public static GanLogRow Of(int step, GanLosses losses, double seconds) => new(
        step, losses.OnReal, losses.OnMade, losses.Generator, losses.ProbabilityOfReal, losses.ProbabilityOfMade, losses.Accuracy, losses.Diversity, seconds,
        losses.Penalty == 0 ? null : losses.Penalty);
}

/// <summary>What one step measured.</summary>
/// <param name="OnReal">The discriminator's loss on real pictures.</param>
/// <param name="OnMade">Its loss on made ones.</param>
/// <param name="Generator">The generator's loss.</param>
/// <param name="ProbabilityOfReal">Mean of D(x): how sure the discriminator is that real pictures are real.</param>
/// <param name="ProbabilityOfMade">Mean of D(G(z)): how sure it is that made ones are.</param>
/// <param name="Accuracy">The share of pictures that the discriminator tells rightly, 0 to 1.</param>
/// <param name="Diversity">How much made pictures differ from one another: mean standard deviation of a pixel over the batch, as a share of that of real ones.</param>
/// <param name="Penalty">What gradient penalties added to the discriminator's loss.</param>
internal readonly record struct GanLosses(
    double OnReal, double OnMade, double Generator, double ProbabilityOfReal, double ProbabilityOfMade, double Accuracy, double Diversity,
    double Penalty = 0)
{
    public bool IsFinite => double.IsFinite(OnReal + OnMade + Generator + Penalty);
}
