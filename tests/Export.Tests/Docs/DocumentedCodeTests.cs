using Microsoft.ML.OnnxRuntime;
using MLNetGen.Export.Import;
using MLNetGen.Tests;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Docs;

/// <summary>The code of docs/exporter.md compiles, because it is this, and does what the page says.</summary>
public class DocumentedCodeTests
{
    private static readonly string[] Sources = ["examples/Export", "tests/Export.Tests/Docs"];

    public DocumentedCodeTests() => manual_seed(1);

    [Fact]
    public void Every_piece_of_code_on_the_page_is_a_piece_of_a_compiled_file()
    {
        string[] files = [.. Sources.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root!, folder), "*.cs")).Select(file => Text(File.ReadAllText(file)))];
        string[] pieces = [.. ExporterPage.Read().Split("```csharp\n").Skip(1).Select(piece => Text(piece.Split("```")[0]))];
        Assert.NotEmpty(pieces);
        Assert.All(pieces, piece => Assert.True(Array.Exists(files, file => file.Contains(piece)), $"no file in {string.Join(", ", Sources)} has:\n{piece}"));
    }

    [Fact]
    public void The_page_names_every_option()
    {
        string page = ExporterPage.Read();
        Assert.All(typeof(OnnxExportOptions).GetProperties(), option => Assert.Contains($"| `{option.Name}` |", page));
    }

    [Fact]
    public void The_page_lists_every_operation()
    {
        string list = string.Join(", ", AtenOperators.Names.Where(name => name[0] != '_').Select(name => $"`{name}`")) + ".\n";
        if (ExporterPage.IsToBeUpdated) ExporterPage.Operations = list;
        Assert.Equal(list, ExporterPage.Operations);
    }

    [Fact]
    public void The_page_lists_every_operation_that_is_read()
    {
        string list = string.Join(", ", ImportedOperation.Known.Select(name => $"`{name}`")) + ".\n";
        if (ExporterPage.IsToBeUpdated) ExporterPage.ImportedOperations = list;
        Assert.Equal(list, ExporterPage.ImportedOperations);
    }

    [Fact]
    public void A_block_of_layers_and_arithmetic_exports() => Parity.Holds(Parity.Shaken(new Residual()), [[16, 5, 6]], isMadeOfLayers: false);

    [Fact]
    public void Inputs_by_name_export()
    {
        string path = Path.GetTempFileName();
        try
        {
            using var network = new Masked();
            Tensor image = rand(1, 3, 4, 4), mask = rand(1, 1, 4, 4);
            OnnxExporter.Export(ExportableModule.ByName(network, "image", "mask"), [image, mask], path);
            using var session = new InferenceSession(path);
            Assert.Equal(["image", "mask"], session.InputNames);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_layer_that_writes_its_own_nodes_exports() => Parity.Holds(Parity.Shaken(new Snake()), 3, 4);

    [Fact]
    public void A_layer_with_a_registered_converter_exports()
    {
        OnnxConverters.Register<Cosine>((layer, call) => call.SetOutput(call.Input().Node("Cos")));
        Parity.Holds(new Cosine(), 3, 4);
    }

    [Fact]
    public void A_file_is_trained_further_and_written_again()
    {
        using var file = new OnnxFile();
        string path = file.Path;
        Tensor pictures = randn(8, 3, 16, 16), labels = tensor([0L, 1, 2, 0, 1, 2, 0, 1]);
        using (Module<Tensor, Tensor> first = Sequential(Conv2d(3, 8, 3), BatchNorm2d(8), ReLU(), AdaptiveAvgPool2d(1), Flatten(), Linear(8, 3)))
            OnnxExporter.Export(first, pictures, path);
        double before = Loss();

        using OnnxModule network = OnnxModule.Load(path);
        using var optimizer = optim.Adam(network.parameters(), 1e-2);
        network.train();
        for (int step = 0; step < 50; step++)
        {
            optimizer.zero_grad();
            functional.cross_entropy(network.call(pictures), labels).backward();
            optimizer.step();
        }

        OnnxExporter.Export(network, pictures, path);

        Assert.InRange(Loss(), 0, 0.8 * before);

        double Loss()
        {
            using OnnxModule loaded = OnnxModule.Load(path);
            using (no_grad()) return functional.cross_entropy(loaded.call(pictures), labels).item<float>();
        }
    }

    [Fact]
    public void Pictures_of_any_size_go_in_and_come_out()
    {
        Module<Tensor, Tensor> network = Sequential(Conv2d(3, 16, 3, padding: 1), new Residual(), Conv2d(16, 3, 1), Sigmoid());
        Tensor example = rand(1, 3, 32, 32);
        using var file = new OnnxFile();
        string path = file.Path;

        OnnxExporter.Export(network, example, path, new OnnxExportOptions
        {
            InputNames = ["picture"],
            OutputNames = ["styled"],
            DynamicSize = true,
            PixelInput = new PixelInput(),      // uint8 [N, H, W, 3], scaled to 0–1
            PixelOutput = new PixelOutput(),    // 0–1 back to uint8 [N, H, W, 3]
            WeightType = OnnxWeightType.Float16,
            Metadata = { ["style"] = "Starry Night" },
        });

        using InferenceSession session = file.Open();
        Assert.Equal([-1, -1, -1, 3], session.InputMetadata["picture"].Dimensions);
        Assert.Equal(typeof(byte), session.OutputMetadata["styled"].ElementType);
        Assert.Equal("Starry Night", session.ModelMetadata.CustomMetadataMap["style"]);
        byte[] pixels = [.. Enumerable.Range(0, 20 * 28 * 3).Select(i => (byte)(i * 31))];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 20, 28, 3]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, session.InputNames, [input], session.OutputNames);
        Assert.Equal([1, 20, 28, 3], outputs[0].GetTensorTypeAndShape().Shape);
        byte[] styled = outputs[0].GetTensorDataAsSpan<byte>().ToArray();
        using Tensor planes = tensor(pixels, [1, 20, 28, 3]).permute(0, 3, 1, 2).to_type(ScalarType.Float32) / 255;
        byte[] expected;
        using (no_grad()) expected = (network.call(planes) * 255).round().to_type(ScalarType.Byte).permute(0, 2, 3, 1).contiguous().data<byte>().ToArray();
        Assert.InRange(styled.Zip(expected, (a, b) => Math.Abs(a - b)).Max(), 0, 1);
    }

    // Indentation and what stands around a piece are the file's own business.
    private static string Text(string code) => string.Join('\n', code.Trim().Split('\n').Select(line => line.Trim()));

    private sealed class Masked() : Module<Dictionary<string, Tensor>, Tensor>(nameof(Masked))
    {
        public override Tensor forward(Dictionary<string, Tensor> input) => input["image"] * input["mask"];
    }
}
