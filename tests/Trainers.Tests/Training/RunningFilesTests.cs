using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Microsoft.ML;
using Tensorboard;

namespace MLNetGen.Tests.Training;

/// <summary>What lies in a workspace while a run goes on.</summary>
public sealed class RunningFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
    private readonly MLContext ml = new(seed: 1);

    public static TheoryData<string> Families { get; } = new(Family.All.Keys);

    private string Workspace => Path.Combine(folder, "run");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, MemberData(nameof(Families))]
    public void Figures_so_far_are_there_after_every_round_in_every_form(string family)
    {
        List<int> rounds = [];
        QuickRun run = new() { Folder = folder, Workspace = Workspace, AfterRound = Check };
        ((IDisposable)Family.All[family].Create(ml, run).Fit(Family.Rows(ml))).Dispose();
        Assert.Equal([1, 2, 3], rounds);

        void Check(int round)
        {
            rounds.Add(round);
            JsonElement metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(Workspace, "metrics.json"))).RootElement;
            Assert.True(metrics.GetProperty("isRunning").GetBoolean());
            Assert.Equal(round, metrics.GetProperty("epochs").GetArrayLength());
            Assert.Contains("data-seconds=\"5\"", File.ReadAllText(Path.Combine(Workspace, "report.html")), StringComparison.Ordinal);

            string[][] rows = [.. File.ReadLines(Path.Combine(Workspace, "metrics.csv")).Select(line => line.Split(','))];
            Assert.Equal(round + 1, rows.Length);
            string[] names = rows[0][1..];
            Assert.NotEmpty(names);
            // Every figure of the spreadsheet is a number of the JSON, at its place.
            string[] row = rows[round][1..];
            Assert.All(names.Zip(row), cell => Assert.Equal(At(metrics.GetProperty("epochs")[round - 1], cell.First), cell.Second.Length == 0 ? null : double.Parse(cell.Second, CultureInfo.InvariantCulture)));

            (string Tag, long Step, float Value)[] scalars = [.. Directory.EnumerateFiles(Path.Combine(Workspace, "tensorboard")).SelectMany(EventFile.Read)
                .Where(one => one.Summary is not null).SelectMany(one => one.Summary.Value.Select(value => (value.Tag, one.Step, value.SimpleValue)))];
            Assert.Equal(rows[1..].Sum(row => row[1..].Count(cell => cell.Length > 0)), scalars.Length);
            Assert.All(scalars, scalar => Assert.Equal((float)double.Parse(rows[scalar.Step][1 + Array.IndexOf(names, scalar.Tag.Replace('/', '.'))], CultureInfo.InvariantCulture), scalar.Value));
        }
    }

    private static double? At(JsonElement epoch, string name)
    {
        foreach (string part in name.Split('.'))
            if (!epoch.TryGetProperty(part, out epoch)) return null;
        return epoch.GetDouble();
    }
}

/// <summary>TensorBoard's event files, read by the format's description: length, its checksum, bytes, their checksum.</summary>
internal static class EventFile
{
    public static IEnumerable<Event> Read(string path)
    {
        byte[] all = File.ReadAllBytes(path);
        for (int at = 0; at < all.Length;)
        {
            int length = (int)BitConverter.ToUInt64(all, at);
            Assert.Equal(Checksum(all.AsSpan(at, 8)), BitConverter.ToUInt32(all, at + 8));
            Assert.Equal(Checksum(all.AsSpan(at + 12, length)), BitConverter.ToUInt32(all, at + 12 + length));
            yield return Event.Parser.ParseFrom(all, at + 12, length);
            at += 16 + length;
        }
    }

    // CRC-32C, turned and moved, as TFRecord has it.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xa282ead8u;
    }
}
