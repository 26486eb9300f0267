using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.ML;
using MLNetGen.SuperResolution;
using SkiaSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Fuzz;

/// <summary>A sound file to damage.</summary>
/// <param name="Name">What it is called where it fails.</param>
/// <param name="Kind">Which readers it is for.</param>
/// <param name="Bytes">The file.</param>
internal sealed record Seed(string Name, SeedKind Kind, byte[] Bytes)
{
    /// <summary>Of every kind, files that the tests have and files that are made now; the same every time.</summary>
    /// <param name="fixtures">Folders of weights.</param>
    public static IReadOnlyList<Seed> All(params IEnumerable<string> fixtures)
    {
        string[] weights = [".pth", ".safetensors", ".mat", ".onnx"];
        Seed[] found =
        [
            .. fixtures.SelectMany(Directory.GetFiles).Where(path => weights.Contains(Path.GetExtension(path))).Order(StringComparer.Ordinal)
                .Select(path => new Seed(Path.GetFileName(path), SeedKind.Weights, File.ReadAllBytes(path))),
        ];
        using var scope = NewDisposeScope();
        manual_seed(1);
        return
        [
            .. found, TorchSharpFile(), .. Idx(), .. Pictures(), .. Networks(),
            .. found.Where(seed => seed.Name.EndsWith(".onnx", StringComparison.Ordinal)).Select(seed => seed with { Kind = SeedKind.Onnx }), CheckpointFile(),
        ];
    }

    /// <summary>The network that a checkpoint here is of.</summary>
    public static Sequential SmallNetwork() => nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4));

    private static Seed TorchSharpFile()
    {
        using Sequential network = SmallNetwork();
        using MemoryStream bytes = new();
        network.save(bytes);
        return new("network.dat", SeedKind.Weights, bytes.ToArray());
    }

    private static IEnumerable<Seed> Idx()
    {
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 7, 0, 0, 0, 6, .. Enumerable.Range(0, 5 * 7 * 6).Select(i => (byte)(i * 37))];
        yield return new("images.idx", SeedKind.Idx, images);
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(images);
        yield return new("images.idx.gz", SeedKind.Idx, packed.ToArray());
    }

    private static IEnumerable<Seed> Pictures()
    {
        using SKBitmap bitmap = new(23, 17);
        for (int y = 0; y < bitmap.Height; y++)
            for (int x = 0; x < bitmap.Width; x++)
                bitmap.SetPixel(x, y, new SKColor((byte)(x * 11), (byte)(y * 15), (byte)(x * y), (byte)(255 - x)));
        using SKPixmap pixels = bitmap.PeekPixels();
        byte[] jpeg = Encoded(SKEncodedImageFormat.Jpeg, 90), png = Encoded(SKEncodedImageFormat.Png, 100);
        yield return new("a.png", SeedKind.Picture, png);
        yield return new("a.jpg", SeedKind.Picture, jpeg);
        yield return new("turned.jpg", SeedKind.Picture, [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(8 + Exif.Length), .. "Exif\0\0"u8, .. Exif, .. jpeg[2..]]);
        using MemoryStream turned = new();
        turned.Write(png, 0, 33);
        turned.Write([0, 0, 0, (byte)Exif.Length, .. "eXIf"u8, .. Exif, .. BigEndian(System.IO.Hashing.Crc32.HashToUInt32([.. "eXIf"u8, .. Exif]))]);
        turned.Write(png, 33, png.Length - 33);
        yield return new("turned.png", SeedKind.Picture, turned.ToArray());
        yield return new("lossless.webp", SeedKind.Picture, pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100)).ToArray());
        yield return new("lossy.webp", SeedKind.Picture, pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, 80)).ToArray());
        using SKBitmap grey = new(20, 9, SKColorType.Gray8, SKAlphaType.Opaque);
        yield return new("grey.jpg", SeedKind.Picture, grey.Encode(SKEncodedImageFormat.Jpeg, 90).ToArray());
        yield return new("grey.png", SeedKind.Picture, grey.Encode(SKEncodedImageFormat.Png, 100).ToArray());
        using TemporaryFolder folder = new();
        Picture[] frames = [.. Enumerable.Range(0, 2).Select(i => new Picture(12, 8, 3, [.. Enumerable.Range(0, 288).Select(p => (byte)(p * (3 + i)))]))];
        PictureAnimation.SaveGif(folder.File("a.gif"), frames, TimeSpan.FromMilliseconds(100));
        yield return new("a.gif", SeedKind.Picture, File.ReadAllBytes(folder.File("a.gif")));
        yield return new("a.bmp", SeedKind.Picture, Bmp(24, 0, [], [.. Enumerable.Range(0, 16 * 5).Select(i => (byte)(i * 3))]));
        yield return new("palette.bmp", SeedKind.Picture, Bmp(8, 0, [.. Enumerable.Range(0, 1024).Select(i => (byte)i)], [.. Enumerable.Range(0, 8 * 5).Select(i => (byte)i)]));
        yield return new("runs.bmp", SeedKind.Picture, Bmp(8, 1, [.. Enumerable.Range(0, 1024).Select(i => (byte)i)], [5, 1, 0, 0, 5, 2, 0, 0, 2, 3, 0, 3, 4, 5, 6, 0, 0, 0, 5, 7, 0, 0, 5, 8, 0, 1]));

        byte[] Encoded(SKEncodedImageFormat format, int quality) => bitmap.Encode(format, quality).ToArray();
    }

    // Orientation 6, little-endian (EXIF 2.32, section 4.6.2).
    private static byte[] Exif => [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] BigEndian(uint number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    // 5×5 pixels.
    private static byte[] Bmp(byte bits, byte compression, byte[] colors, byte[] rows)
    {
        byte[] file = [(byte)'B', (byte)'M', .. new byte[12], .. new byte[40], .. colors, .. rows];
        foreach ((int at, int value) in (ReadOnlySpan<(int, int)>)[(2, file.Length), (10, 54 + colors.Length), (14, 40), (18, 5), (22, 5), (26, 1 | (bits << 16)), (30, compression), (34, rows.Length), (46, colors.Length / 4)])
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        return file;
    }

    private static IEnumerable<Seed> Networks()
    {
        using SuperResolutionNetwork network = new(SuperResolutionArchitecture.Paper, factor: 2, width: 2);
        network.eval();
        using OnnxFiles files = SuperResolutionTrainer.Export(network, new SuperResolutionTrainer.Options { Factor = 2, Width = 2, Architecture = SuperResolutionArchitecture.Paper });
        byte[] pixels = File.ReadAllBytes(files[SuperResolutionTransformer.BytesFile]);
        yield return new("upscaler-uint8.onnx", SeedKind.Onnx, pixels);
        yield return new("upscaler-uint8.onnx", SeedKind.Upscaler, pixels);
        MLContext ml = new(seed: 1);
        using TemporaryFolder folder = new();
        using SuperResolutionTransformer enlarge = SuperResolutionTransformer.Load(ml, files[SuperResolutionTransformer.BytesFile], numberOfThreads: 1);
        ml.Model.Save(enlarge.ToFixedSize(8, 8), null, folder.File("model.zip"));
        yield return new("model.zip", SeedKind.Model, Mutator.WithoutTime(File.ReadAllBytes(folder.File("model.zip"))));
    }

    private static Seed CheckpointFile()
    {
        using TemporaryFolder folder = new();
        using Sequential network = SmallNetwork();
        using Adam adam = optim.Adam(network.parameters());
        Checkpoint.Save(folder.File("a.checkpoint"), new CheckpointHeader(3, "one"), new Dictionary<string, nn.Module> { ["network"] = network }, new Dictionary<string, OptimizerHelper> { ["optimizer"] = adam });
        return new("a.checkpoint", SeedKind.Checkpoint, Mutator.WithoutTime(File.ReadAllBytes(folder.File("a.checkpoint"))));
    }
}

/// <summary>A checkpoint's header.</summary>
internal sealed record CheckpointHeader(int Epoch, string Name);

/// <summary>Which readers a file is for.</summary>
internal enum SeedKind
{
    Weights, Idx, Picture, Onnx, Upscaler, Model, Checkpoint,
}
