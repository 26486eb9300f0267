using System.IO.Compression;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Zips of the form that ML.NET saves: a 32-bit length before each model's bytes.</summary>
public sealed class ArchiveTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData('/')]
    [InlineData('\\')]
    public void Every_network_of_a_chain_is_found_in_its_order(char separator)
    {
        string path = Zip(
            ($"TransformerChain{separator}Transform_001{separator}OnnxModel", Prefixed(Model(4, 2))),
            ($"TransformerChain{separator}Transform_000{separator}OnnxModel", Prefixed(Model(8, 4))),
            ($"TransformerChain{separator}Transform_000{separator}Model.key", [1, 2, 3]));
        Assert.True(OnnxArchive.IsArchive(path));
        Assert.Equal([8 * 4 + 4L, 4 * 2 + 2], OnnxArchive.Read(path).Select(network => network.Summary.Parameters));
    }

    [Fact]
    public void Plain_files_in_a_zip_are_read_too()
    {
        byte[] model = Model(3, 5);
        OnnxArchiveEntry network = Assert.Single(OnnxArchive.Read(Zip(("part/net.onnx", model), ("readme.txt", [1]))));
        Assert.Equal("part/net.onnx", network.Entry);
        Assert.Equal(20, network.Summary.Parameters);
        Assert.Equal(model.Length, network.Summary.FileBytes);
    }

    [Fact]
    public void A_zip_without_networks_says_so()
    {
        string path = Zip(("Model.key", [1, 2, 3]));
        string message = Assert.Throws<InvalidDataException>(() => OnnxArchive.Read(path)).Message;
        Assert.Contains(path, message);
        Assert.Contains("no ONNX model among its 1 entries", message);
    }

    [Fact]
    public void A_network_of_another_length_than_it_was_saved_with_is_damaged()
    {
        string path = Zip(("OnnxModel", Prefixed(Model(4, 2))[..^1]));
        Assert.Contains("'OnnxModel'", Assert.Throws<InvalidDataException>(() => OnnxArchive.Read(path)).Message);
    }

    [Fact]
    public void A_cut_zip_is_named()
    {
        string path = Zip(("OnnxModel", Prefixed(Model(4, 2))));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^30]);
        Assert.True(OnnxArchive.IsArchive(path));
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => OnnxArchive.Read(path)).Message);
    }

    [Fact]
    public void A_model_is_no_zip()
    {
        string path = Path.Combine(folder, "net.onnx");
        File.WriteAllBytes(path, Model(4, 2));
        Assert.False(OnnxArchive.IsArchive(path));
    }

    private string Zip(params (string Name, byte[] Bytes)[] entries)
    {
        string path = Path.Combine(folder, "model.zip");
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, byte[] bytes) in entries)
        {
            using Stream stream = archive.CreateEntry(name).Open();
            stream.Write(bytes);
        }
        return path;
    }

    private static byte[] Prefixed(byte[] bytes) => [.. BitConverter.GetBytes(bytes.Length), .. bytes];

    private static byte[] Model(int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        OnnxExporter.Export(Linear(inputs, outputs), zeros(1, inputs), stream);
        return stream.ToArray();
    }
}
