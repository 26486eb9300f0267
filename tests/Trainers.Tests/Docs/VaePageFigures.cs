using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit.Abstractions;

namespace MLNetGen.Tests.Docs;

/// <summary>The measured example of docs/vae.md: one pixel more of a seven, at the end of its tail or as a stray dot.</summary>
public sealed class VaePageFigures(ITestOutputHelper output)
{
    private const int Split = 9000, Size = 28;

    // The empty corner.
    private const int Dot = 2 * Size + 2;

    private readonly MLContext ml = new(seed: 1);

    [DataFact("mnist")]
    public void A_longer_tail_and_a_stray_dot_are_equally_far_from_a_seven_and_not_equally_likely()
    {
        IDataView digits = ml.Images.Load(SharedData.Path("mnist"));
        using VaeTransformer vae = ml.Generative.Trainers.Vae(new VaeTrainer.Options
        {
            Architecture = VaeArchitecture.Mlp,
            Epochs = 5,
            Seed = 1,
            NumberOfThreads = 2,
        }).Fit(ml.Data.TakeRows(digits, Split));
        byte[][] sevens = [.. Sevens(ml.Data.SkipRows(digits, Split))];
        byte[][] tails = [.. sevens.Select(seven => Brighter(seven, EndOfTail(seven), 255 - seven[EndOfTail(seven)]))];
        byte[][] dots = [.. sevens.Select(seven => Brighter(seven, Dot, 255 - seven[EndOfTail(seven)]))];
        Assert.Equal(sevens.Zip(tails, SquaredError), sevens.Zip(dots, SquaredError));

        double squared = sevens.Zip(tails, SquaredError).Average();
        double[] nats = [.. new[] { sevens, tails, dots }.Select(pictures => vae.Evaluate(View(pictures)).NegativeElbo)];
        output.WriteLine($"{sevens.Length} sevens, squared error {squared:F2}; {nats[0]:F1}, {nats[1]:F1}, {nats[2]:F1} nats");
        Assert.True(nats[0] < nats[1] && nats[1] < nats[2], string.Join(", ", nats));
        string page = File.ReadAllText(Path.Combine(Repository.Root!, "docs", "vae.md"));
        Assert.Equal([0, squared], Row(page, "the seven").Concat(Row(page, "its tail longer")).Where((_, i) => i % 2 == 0), (a, b) => Math.Abs(a - b) < 0.006);
        Assert.Equal(nats, ((string[])["the seven", "its tail longer", "a stray dot"]).Select(name => Row(page, name)[1]), (a, b) => Math.Abs(a - b) < 0.02 * a);
    }

    // The figures of a row of the page's table.
    private static double[] Row(string page, string name) =>
        [.. Regex.Match(page, $@"\| {name} \| (.*) \|").Groups[1].Value.Split('|').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];

    private static IEnumerable<byte[]> Sevens(IDataView digits)
    {
        string[] labels = [.. digits.GetColumn<string>("Label")];
        return ImageColumn.Read(digits, "Image").Zip(labels).Where(row => row.Second == "7")
            .Select(row => row.First.Pixels.Where((_, i) => i % row.First.Channels == 0).ToArray());
    }

    // Below the brightest pixel of the lowest row that ink reaches.
    private static int EndOfTail(byte[] seven)
    {
        int row = Enumerable.Range(0, Size - 1).Last(y => seven.AsSpan(y * Size, Size).ContainsAnyInRange((byte)128, (byte)255));
        int column = Enumerable.Range(0, Size).MaxBy(x => seven[row * Size + x]);
        return (row + 1) * Size + column;
    }

    private static byte[] Brighter(byte[] picture, int pixel, int change)
    {
        byte[] changed = [.. picture];
        changed[pixel] += (byte)change;
        return changed;
    }

    private static double SquaredError(byte[] a, byte[] b) => a.Zip(b, (x, y) => Math.Pow((x - y) / 255.0, 2)).Sum();

    private static IDataView View(byte[][] pictures) => new IndexedRows(
        pictures.Length, IndexedColumn.Image("Image", new ImageDataViewType(Size, Size), row => new Picture(Size, Size, 1, pictures[row]).ToImage()));
}
