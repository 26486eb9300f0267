using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests.Training;

/// <summary>What an unset size and number of channels are taken from, and that it is said.</summary>
public sealed class PictureInputTests : IDisposable
{
    private const int Grey = 300, Coloured = 120;

    private readonly MLContext ml = new(seed: 1);
    private readonly List<string> said = [];
    private readonly TestFolder folder = new();
    private int decoded;

    public PictureInputTests() => ml.Log += (_, e) =>
    {
        if (e.Kind == ChannelMessageKind.Info && e.Source.Contains("Pictures", StringComparison.Ordinal)) said.Add(e.RawMessage);
    };

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Three_hundred_grey_pictures_before_coloured_ones_are_taken_in_colour()
    {
        PictureInput column = Decide(Rows(row => row < Grey ? (byte)0 : (byte)9, Grey + Coloured));
        Assert.Equal([3, 8, 8], column.Shape);
        Assert.Equal(["the pictures of column 'Image' are taken 8×8 pixels, as the first is 8×10; in colour, as the one in row 300 is."], said);
        Assert.Equal(Grey + 1, decoded);
    }

    [Fact]
    public void A_single_coloured_picture_at_the_end_is_enough_and_none_is_grey()
    {
        Assert.Equal(3, Decide(Rows(row => row == 419 ? (byte)1 : (byte)0, 420)).Channels);
        Assert.Equal(1, Decide(Rows(_ => 0, 420)).Channels);
        Assert.EndsWith("; in colour, as the one in row 419 is.", said[0], StringComparison.Ordinal);
        Assert.EndsWith("; grey, as all 420 are.", said[1], StringComparison.Ordinal);
        Assert.Equal(2 * 420, decoded);
    }

    [Fact]
    public void The_first_picture_with_colour_ends_the_look_and_what_is_set_needs_none()
    {
        Decide(Rows(_ => 7, 50));
        Assert.Equal(1, decoded);
        Decide(Rows(_ => 0, 50), channels: 1);
        Assert.Equal(2, decoded);
        said.Clear();
        Decide(Rows(_ => 0, 50), size: 8, channels: 3);
        Assert.Equal(2, decoded);
        Assert.Empty(said);
    }

    [Fact]
    public void Looking_can_be_cancelled()
    {
        using CancellationTokenSource stop = new();
        IDataView rows = Rows(row =>
        {
            if (row == 20) stop.Cancel();
            return 0;
        }, 420);
        Assert.Throws<OperationCanceledException>(() => PictureInput.Decide(ml, rows, "Image", 0, 0, ImageResizingEstimator.ResizingKind.IsoCrop, cancel: stop.Token));
        Assert.Equal(21, decoded);
    }

    [Fact]
    public void Files_stored_without_colour_are_not_looked_at_and_their_splits_neither()
    {
        for (int i = 0; i < 12; i++) folder.Write($"{i % 2}/{i}.png", GreyPng);
        IDataView all = ml.Images.LoadFolder(folder.Root);
        Assert.True(StoredGrey.Is(all.Schema["Image"]));
        (IDataView train, _) = ml.Data.StratifiedTrainTestSplit(all, 0.2);
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(train).Transform(ml.Data.TakeRows(train, 5));
        Assert.Equal([1, 2, 2], Decide(keyed).Shape);
        Assert.Equal(["the pictures of column 'Image' are taken 2×2 pixels, as the first is 2×2; grey, as all are stored so."], said);
        folder.Write("0/colour.png", TestPictures.Png(2, 2, 9, 8, 7));
        IDataView mixed = ml.Images.LoadFolder(folder.Root);
        Assert.False(StoredGrey.Is(mixed.Schema["Image"]));
        Assert.Equal(3, Decide(mixed).Channels);
    }

    [Fact]
    public void Stored_in_colour_and_grey_all_the_same_is_seen()
    {
        for (int i = 0; i < 5; i++) folder.Write($"{i}.png", TestPictures.Png(4, 4, 50, 50, 50));
        IDataView rows = ml.Images.LoadFolder(folder.Root);
        Assert.False(StoredGrey.Is(rows.Schema["Image"]));
        Assert.Equal(1, Decide(rows).Channels);
    }

    [Theory]
    [InlineData("Vae")]
    [InlineData("Gan")]
    [InlineData("AlexNet")]
    [InlineData("Torch")]
    public void Every_family_learns_in_colour_where_a_late_class_has_it(string family)
    {
        for (int i = 0; i < Grey; i++) folder.Write($"a/{i:D3}.png", TestPictures.Png(8, 8, (byte)i, (byte)i, (byte)i));
        for (int i = 0; i < Coloured; i++) folder.Write($"b/{i:D3}.png", TestPictures.Png(8, 8, (byte)(2 * i), 100, 30));
        IDataView rows = ml.Images.LoadFolder(folder.Root);
        using CancellationTokenSource stop = new();
        // What is decided is said before the first step.
        ml.Log += (_, e) =>
        {
            if (e.RawMessage.StartsWith("the pictures of column", StringComparison.Ordinal)) stop.Cancel();
        };
        Assert.ThrowsAny<OperationCanceledException>(() => family switch
        {
            "Vae" => ml.Generative.Trainers.Vae(new VaeTrainer.Options { CancellationToken = stop.Token }).Fit(rows),
            "Gan" => ml.Generative.Trainers.Dcgan(new DcganTrainer.Options { Steps = 1, CancellationToken = stop.Token }).Fit(rows),
            "AlexNet" => ml.MulticlassClassification.Trainers.AlexNet(ml, new AlexNetTrainer.Options { CancellationToken = stop.Token }).Fit(rows),
            _ => (object)ml.Torch.Estimator(_ => throw new OperationCanceledException(), new() { CancellationToken = stop.Token }).Fit(rows),
        });
        Assert.Contains("in colour, as the one in row 300 is.", Assert.Single(said, one => one.StartsWith("the pictures of column 'Image'", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private PictureInput Decide(IDataView rows, int size = 0, int channels = 0) => PictureInput.Decide(ml, rows, "Image", size, channels, ImageResizingEstimator.ResizingKind.IsoCrop);

    // 8×10 pixels of one grey, and a red that is so much more in the last one.
    private IndexedRows Rows(Func<int, byte> more, int count) => new(count, IndexedColumn.Image("Image", new ImageDataViewType(10, 8), row =>
    {
        decoded++;
        byte[] pixels = [.. Enumerable.Repeat((byte)100, 8 * 10 * 3)];
        pixels[^3] += more(row);
        return new Picture(8, 10, 3, pixels).ToImage();
    }));

    // Of colour type 0 (ISO/IEC 15948, section 11.2.2).
    private static byte[] GreyPng
    {
        get
        {
            MemoryStream packed = new();
            using (System.IO.Compression.ZLibStream zlib = new(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) zlib.Write([0, 10, 20, 0, 30, 40]);
            MemoryStream png = new();
            png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
            TestPictures.Chunk(png, "IHDR", [0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
            TestPictures.Chunk(png, "IDAT", packed.ToArray());
            TestPictures.Chunk(png, "IEND", []);
            return png.ToArray();
        }
    }
}
