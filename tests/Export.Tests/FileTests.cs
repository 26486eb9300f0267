using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public sealed class FileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_same_weights_give_the_same_bytes()
    {
        var options = new OnnxExportOptions { Metadata = { ["b"] = "2", ["a"] = "1" } };
        var reordered = new OnnxExportOptions { Metadata = { ["a"] = "1", ["b"] = "2" } };
        var network = new NestedNetwork();
        Assert.Equal(Bytes(network, options), Bytes(network, reordered));

        static byte[] Bytes(NestedNetwork network, OnnxExportOptions options)
        {
            using var stream = new MemoryStream();
            OnnxExporter.Export(network, randn(2, 3, 8, 8), stream, options);
            return stream.ToArray();
        }
    }

    [Fact]
    public void A_file_and_a_stream_get_the_same_bytes()
    {
        Module<Tensor, Tensor> network = Linear(4, 2);
        string path = Path.Combine(folder, "net.onnx");
        using var stream = new MemoryStream();
        OnnxExporter.Export(network, zeros(1, 4), path);
        OnnxExporter.Export(network, zeros(1, 4), stream);
        Assert.Equal(File.ReadAllBytes(path), stream.ToArray());
    }

    [Fact]
    public void Names_shapes_and_metadata_are_readable_through_ONNX_Runtime()
    {
        string path = Path.Combine(folder, "net.onnx");
        OnnxExporter.Export(new NestedNetwork(), zeros(2, 3, 8, 8), path, new OnnxExportOptions
        {
            InputNames = ["pixels"],
            OutputNames = ["scores"],
            ModelName = "birds",
            Metadata = { ["labels"] = "owl,wren", ["image size"] = "8×8" },
        });
        using var session = new InferenceSession(path);
        Assert.Equal(["pixels"], session.InputNames);
        Assert.Equal(["scores"], session.OutputNames);
        Assert.Equal([-1, 3, 8, 8], session.InputMetadata["pixels"].Dimensions);
        Assert.Equal(["batch", "", "", ""], session.InputMetadata["pixels"].SymbolicDimensions);
        Assert.Equal([-1, 5], session.OutputMetadata["scores"].Dimensions);
        Assert.Equal("birds", session.ModelMetadata.GraphName);
        Assert.Equal("MLNetGen", session.ModelMetadata.ProducerName);
        Assert.Equal("owl,wren", session.ModelMetadata.CustomMetadataMap["labels"]);
        Assert.Equal("8×8", session.ModelMetadata.CustomMetadataMap["image size"]);
    }

    [Fact]
    public void Metadata_may_be_added_to_a_file_that_is_written()
    {
        string path = Path.Combine(folder, "net.onnx");
        OnnxExporter.Export(new NestedNetwork(), zeros(2, 3, 8, 8), path, new OnnxExportOptions { Metadata = { ["labels"] = "owl,wren" } });
        OnnxMetadata.Append(path, new Dictionary<string, string> { ["parityError"] = "1E-07", ["checked"] = "yes" });
        using var session = new InferenceSession(path);
        Assert.Equal(new Dictionary<string, string> { ["labels"] = "owl,wren", ["parityError"] = "1E-07", ["checked"] = "yes" }, session.ModelMetadata.CustomMetadataMap);
        Assert.Throws<FileNotFoundException>(() => OnnxMetadata.Append(path + "x", new Dictionary<string, string>()));
    }

    [Fact]
    public void Output_names_may_be_those_of_inner_values()
    {
        Parity.Holds(Sequential(Linear(4, 4), Linear(4, 4)), [[4]], options: new OnnxExportOptions { OutputNames = ["0/Gemm"], InputNames = ["0.weight"] });
    }

    [Fact]
    public void A_graph_without_a_name_of_its_own_has_the_module_s()
    {
        using OnnxFile file = OnnxFile.Of(ReLU(), randn(1, 2), new OnnxExportOptions { ModelName = "" });
        using FileStream stream = File.OpenRead(file.Path);
        Assert.Equal("ReLU", ModelProto.Parser.ParseFrom(stream).Graph.Name);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_that_names_the_file()
    {
        string path = Path.Combine(folder, "absent", "net.onnx");
        var error = Assert.Throws<IOException>(() => OnnxExporter.Export(Linear(4, 2), zeros(1, 4), path));
        Assert.Contains(path, error.Message);
    }

    [Fact]
    public void A_path_that_cannot_be_replaced_leaves_nothing_behind()
    {
        string path = Path.Combine(folder, "net.onnx");
        Directory.CreateDirectory(path);
        Assert.Throws<IOException>(() => OnnxExporter.Export(Linear(4, 2), zeros(1, 4), path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Theory]
    [InlineData(219)]
    [InlineData(255)]
    public void Names_as_long_as_the_system_allows_are_written(int length)
    {
        string path = Path.Combine(folder, new string('n', length - 5) + ".onnx");
        OnnxExporter.Export(Linear(4, 2), zeros(1, 4), path);
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
        Assert.True(new FileInfo(path).Length > 0);
    }

    [Fact]
    public void A_disk_that_fills_up_leaves_the_old_file_and_nothing_else()
    {
        string path = Path.Combine(folder, "net.onnx");
        File.WriteAllText(path, "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100]);
            throw new IOException("No space left on device");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void A_failed_export_leaves_the_old_file()
    {
        string path = Path.Combine(folder, "net.onnx");
        File.WriteAllText(path, "old");
        using var layersOnly = new LayersOnly();
        Assert.Throws<NotSupportedException>(() => OnnxExporter.Export(new Mystery(), zeros(1, 4), path));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void A_full_device_as_a_stream_reports_its_error()
    {
        if (!OperatingSystem.IsLinux()) return;
        using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write);
        Assert.Throws<IOException>(() =>
        {
            OnnxExporter.Export(Linear(400, 200), zeros(1, 400), full);
            full.Flush();
        });
    }
}
