using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.Cli;

/// <summary>What <c>./mlnetgen inspect</c> prints.</summary>
public sealed class InspectCommandTests : IDisposable
{
    private const int Columns = 80;
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_becomes_one_table_that_fits_eighty_columns()
    {
        CommandLine.Outcome outcome = CommandLine.Run("inspect", Network());
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        string[] lines = outcome.Output.Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, Columns));
        Assert.Single(lines, line => line.Contains("Multiply-adds") && line.Contains("Operator"));
        // (11²·3+1)·96 parameters at 55² positions.
        string convolution = Assert.Single(lines, line => line.Contains("Conv 11×11 s4"));
        Assert.Contains("1×96×55×55", convolution);
        Assert.Contains("34,944", convolution);
        Assert.Contains("105,705,600", convolution);
        Assert.Contains("34,944", Assert.Single(lines, line => line.Contains("Total")));
        Assert.Contains("Parameters: 34,944   Multiply-adds: 105.71 M   Weights: 0.14 MB", outcome.Output);
        Assert.Contains("family: test", outcome.Output);
    }

    [Fact]
    public void Long_names_give_way_and_numbers_do_not()
    {
        string path = Path.Combine(folder, "long.onnx");
        using var scope = NewDisposeScope();
        OnnxExporter.Export(
            Sequential(("a_rather_long_name_of_a_stage_that_goes_on_and_on", (Module<Tensor, Tensor>)Conv2d(512, 1024, 5, stride: 2, padding: 2, dilation: 1, groups: 2))), zeros(1, 512, 32, 32), path);
        CommandLine.Outcome outcome = CommandLine.Run("inspect", path);
        string[] lines = outcome.Output.Split('\n');
        Assert.All(lines.Skip(1), line => Assert.InRange(line.Length, 0, Columns));
        string layer = Assert.Single(lines, line => line.Contains("Conv 5×5"));
        Assert.Contains("goes_on_and_on", layer);
        Assert.Contains("6,554,624", layer);
        Assert.Contains("1,677,983,744", layer);
    }

    [Fact]
    public void A_model_zip_shows_each_of_its_networks()
    {
        string path = SavedChain();
        CommandLine.Outcome outcome = CommandLine.Run("inspect", path);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains("  in   features  float32 1×4", outcome.Output);
        Assert.Contains("  out  hidden  float32 1×3", outcome.Output);
        Assert.Contains("  in   hidden  float32 1×3", outcome.Output);
        Assert.Contains("  out  scores  float32 1×2", outcome.Output);
        Assert.True(outcome.Output.IndexOf("Gemm 4→3", StringComparison.Ordinal) < outcome.Output.IndexOf("Gemm 3→2", StringComparison.Ordinal));
    }

    // Saved on Windows, the names have backslashes.
    [Theory]
    [InlineData("TransformerChain/Transform_001/OnnxModel", "TransformerChain/Transform_000/OnnxModel")]
    [InlineData(@"TransformerChain\Transform_001\OnnxModel", @"TransformerChain\Transform_000\OnnxModel")]
    [InlineData("part/second.onnx", "part/first.onnx")]
    public void Every_network_of_a_zip_is_found_in_its_order(string second, string first)
    {
        byte[] four = Dense(4, 2), eight = Dense(8, 4);
        CommandLine.Outcome outcome = CommandLine.Run("inspect", Zip((second, Stored(second, four)), (first, Stored(first, eight)), ("Model.key", [1, 2, 3])), "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        JsonElement[] networks = [.. JsonDocument.Parse(outcome.Output).RootElement.GetProperty("networks").EnumerateArray()];
        Assert.Equal([first, second], networks.Select(network => network.GetProperty("entry").GetString()));
        Assert.Equal([8 * 4 + 4L, 4 * 2 + 2], networks.Select(network => network.GetProperty("summary").GetProperty("parameters").GetInt64()));
        Assert.Equal([eight.Length, four.Length], networks.Select(network => network.GetProperty("summary").GetProperty("fileBytes").GetInt64()));

        static byte[] Stored(string name, byte[] model) => name.EndsWith(".onnx", StringComparison.Ordinal) ? model : [.. BitConverter.GetBytes(model.Length), .. model];
    }

    [Fact]
    public void Zips_without_networks_and_damaged_ones_are_named()
    {
        byte[] model = Dense(4, 2);
        string none = Refused(Zip(("Model.key", [1, 2, 3])));
        Assert.Contains("no ONNX model among its 1 entries", none);
        Assert.Contains("'OnnxModel'", Refused(Zip(("OnnxModel", [.. BitConverter.GetBytes(model.Length), .. model[..^1]]))));
        string path = Zip(("OnnxModel", [.. BitConverter.GetBytes(model.Length), .. model]));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^30]);
        Refused(path);

        static string Refused(string path)
        {
            CommandLine.Outcome outcome = CommandLine.Run("inspect", path);
            Assert.Equal(1, outcome.ExitCode);
            Assert.Contains(path, outcome.Errors);
            return outcome.Errors;
        }
    }

    [Fact]
    public void Programs_get_everything_as_JSON()
    {
        CommandLine.Outcome outcome = CommandLine.Run("inspect", Network(), "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        JsonElement summary = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("networks")[0].GetProperty("summary");
        Assert.Equal(34_944, summary.GetProperty("parameters").GetInt64());
        Assert.Equal(105_705_600, summary.GetProperty("multiplyAdds").GetInt64());
        Assert.Equal("Conv", summary.GetProperty("layers")[0].GetProperty("operator").GetString());
        Assert.Equal("batch", summary.GetProperty("inputs")[0].GetProperty("shape")[0].GetString());
        Assert.Equal("test", summary.GetProperty("metadata").GetProperty("family").GetString());
    }

    [Fact]
    public void What_only_prepares_weights_is_shown_when_asked()
    {
        string path = Path.Combine(folder, "half.onnx");
        using var scope = NewDisposeScope();
        OnnxExporter.Export(Linear(4, 2), zeros(1, 4), path, new OnnxExportOptions { WeightType = OnnxWeightType.Float16 });
        Assert.DoesNotContain("Cast", CommandLine.Run("inspect", path).Output);
        Assert.Contains("Cast", CommandLine.Run("inspect", path, "--all").Output);
    }

    [Fact]
    public void A_file_that_is_none_is_said_in_one_line()
    {
        string path = Path.Combine(folder, "text.onnx");
        File.WriteAllText(path, "not a model");
        foreach (string file in (string[])[path, Path.Combine(folder, "absent.onnx")])
        {
            CommandLine.Outcome outcome = CommandLine.Run("inspect", file);
            Assert.Equal(1, outcome.ExitCode);
            Assert.Contains(file, Assert.Single(outcome.Errors.TrimEnd().Split('\n')));
        }
    }

    private string Network()
    {
        string path = Path.Combine(folder, "net.onnx");
        using var scope = NewDisposeScope();
        OnnxExporter.Export(Sequential(Conv2d(3, 96, 11, stride: 4), ReLU()), zeros(1, 3, 227, 227), path, new OnnxExportOptions { Metadata = { ["family"] = "test" } });
        return path;
    }

    private static byte[] Dense(int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        OnnxExporter.Export(Linear(inputs, outputs), zeros(1, inputs), stream);
        return stream.ToArray();
    }

    private string Zip(params (string Name, byte[] Bytes)[] entries)
    {
        string path = Path.Combine(folder, "model.zip");
        File.Delete(path);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, byte[] bytes) in entries)
        {
            using Stream stream = archive.CreateEntry(name).Open();
            stream.Write(bytes);
        }
        return path;
    }

    private string SavedChain()
    {
        using var scope = NewDisposeScope();
        string first = Path.Combine(folder, "first.onnx"), second = Path.Combine(folder, "second.onnx"), model = Path.Combine(folder, "model.zip");
        OnnxExporter.Export(Linear(4, 3), zeros(1, 4), first, Named("features", "hidden"));
        OnnxExporter.Export(Linear(3, 2), zeros(1, 3), second, Named("hidden", "scores"));
        MLContext ml = new(1);
        IDataView rows = ml.Data.LoadFromEnumerable([new Row()]);
        ITransformer chain = ml.Transforms.ApplyOnnxModel("hidden", "features", first)
            .Append(ml.Transforms.ApplyOnnxModel("scores", "hidden", second)).Fit(rows);
        ml.Model.Save(chain, rows.Schema, model);
        (chain as IDisposable)?.Dispose();
        return model;

        static OnnxExportOptions Named(string input, string output) => new() { InputNames = [input], OutputNames = [output], DynamicBatch = false };
    }

    private sealed class Row
    {
        [ColumnName("features"), VectorType(4)]
        public float[] Features { get; set; } = new float[4];
    }
}
