using System.IO.Compression;
using MLNetGen.Cli;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Models;

/// <summary>An ONNX network in a model's file, which is one, or a zip of several.</summary>
internal static class NetworkFile
{
    /// <summary>The network's bytes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="network">Which of its networks, from 0, in the order that its layers are listed in.</param>
    /// <exception cref="RefusedException">There are fewer.</exception>
    public static byte[] Read(StudioModel model, int network)
    {
        if (!ModelArchive.IsArchive(model.Path))
            return network == 0 ? File.ReadAllBytes(model.Path) : throw Missing(model, network);
        using ZipArchive archive = ZipFile.OpenRead(model.Path);
        ZipArchiveEntry entry = network < 0 ? throw Missing(model, network) : ModelArchive.Networks(archive).ElementAtOrDefault(network) ?? throw Missing(model, network);
        using Stream stream = ModelArchive.Open(entry, model.Path);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static RefusedException Missing(StudioModel model, int network) => new(404, "absent", $"there is no network {network} in '{model.Name}': its layers are listed network by network, from 0.");
}
