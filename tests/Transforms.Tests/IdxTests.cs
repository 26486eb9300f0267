using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests;

public class IdxTests
{
    private readonly MLContext ml = new(seed: 1);

    // Two images of 2 rows by 3 columns.
    private static byte[] Images => [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, .. Enumerable.Range(1, 12).Select(i => (byte)(i * 20))];

    private static byte[] Labels => [0, 0, 8, 1, 0, 0, 0, 2, 7, 3];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_and_labels_are_read_packed_or_not(bool gzip)
    {
        using var folder = new TestFolder();
        // The content decides, not the name.
        var images = folder.Write("train-images.idx", gzip ? Gzip(Images) : Images);
        var labels = folder.Write("train-labels.idx.gz", gzip ? Gzip(Labels) : Labels);

        var view = ml.Images.LoadIdx(images, labels);

        Assert.Equal(new ImageDataViewType(2, 3), view.Schema["Image"].Type);
        Assert.Equal(["7", "3"], Rows.Text(view, "Label"));
        Assert.Equal(["train-images.idx#0", "train-images.idx#1"], Rows.Text(view, "Path"));
        var second = Rows.Pictures(view)[1];
        Assert.Equal((3, 2), (second.Width, second.Height));
        Assert.Equal([140, 140, 140, 160, 160, 160, 180, 180, 180, 200, 200, 200, 220, 220, 220, 240, 240, 240], second.Pixels);
    }

    [Fact]
    public void Without_labels_file_labels_are_empty()
    {
        using var folder = new TestFolder();
        Assert.Equal(["", ""], Rows.Text(ml.Images.LoadIdx(folder.Write("a", Images)), "Label"));
    }

    [Fact]
    public void Folder_gives_the_pair_that_belongs_together()
    {
        using var folder = new TestFolder();
        folder.Write("t10k-images-idx3-ubyte.gz", Gzip(Images));
        folder.Write("t10k-labels-idx1-ubyte", Labels);
        folder.Write("readme.txt", [65]);
        Assert.Equal(["7", "3"], Rows.Text(ml.Images.LoadIdx(folder.Root), "Label"));
        Assert.Equal("t10k-images-idx3-ubyte.gz#0", Rows.Text(ml.Images.Load(folder.Root), "Path")[0]);
    }

    [Fact]
    public void Images_file_finds_its_labels_beside_it()
    {
        using var folder = new TestFolder();
        var images = folder.Write("train-images.idx3-ubyte", Images);
        folder.Write("train-labels.idx1-ubyte.gz", Gzip(Labels));
        Assert.Equal(["7", "3"], Rows.Text(ml.Images.Load(images), "Label"));
    }

    [Fact]
    public void Folder_of_both_parts_gives_the_training_part()
    {
        using var folder = new TestFolder();
        folder.Write("t10k-images-idx3-ubyte", Images);
        folder.Write("train-images-idx3-ubyte", Images);
        folder.Write("train-images-idx3-ubyte.gz", Gzip(Images));
        Assert.Equal("train-images-idx3-ubyte#0", Rows.Text(ml.Images.LoadIdx(folder.Root), "Path")[0]);
    }

    [Fact]
    public void Several_candidates_are_named()
    {
        using var folder = new TestFolder();
        folder.Write("a-images", Images);
        folder.Write("b-images", Images);
        var e = Assert.Throws<InvalidDataException>(() => ml.Images.LoadIdx(folder.Root));
        Assert.Contains("'a-images', 'b-images'", e.Message);
    }

    [Fact]
    public void Folder_without_idx_files_is_refused()
    {
        using var folder = new TestFolder();
        folder.Write("images.txt", "text"u8.ToArray());
        Assert.Contains("no idx file of images", Assert.Throws<InvalidDataException>(() => ml.Images.LoadIdx(folder.Root)).Message);
    }

    [Theory]
    [InlineData("wrong magic", "0x0A000803", 0, 10)]
    [InlineData("not bytes", "0x0D", 2, 0x0D)]
    [InlineData("labels for images", "has 1 dimensions", 3, 1)]
    [InlineData("no images", "holds no images", 7, 0)]
    [InlineData("too few bytes", "18 bytes after it, there are 12", 7, 3)]
    [InlineData("too many bytes", "6 bytes after it, there are 12", 7, 1)]
    [InlineData("empty images", "dimension 3 is 0", 15, 0)]
    [InlineData("huge", "more bytes than fit in memory", 4, 0x7F)]
    public void Bad_header_is_refused(string what, string expected, int at, byte value)
    {
        using var folder = new TestFolder();
        var bytes = Images;
        bytes[at] = value;
        foreach (var content in new[] { bytes, Gzip(bytes) })
        {
            var path = folder.Write(what, content);
            var e = Assert.Throws<InvalidDataException>(() => ml.Images.LoadIdx(path));
            Assert.Contains(expected, e.Message);
            Assert.Contains(path, e.Message);
        }
    }

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(3, "3 bytes")]
    [InlineData(10, "10 bytes")]
    public void Cut_header_is_refused(int length, string expected)
    {
        using var folder = new TestFolder();
        var path = folder.Write("cut", Images[..length]);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => ml.Images.LoadIdx(path)).Message);
    }

    [Fact]
    public void Cut_gzip_is_refused()
    {
        using var folder = new TestFolder();
        var packed = Gzip([.. Images[..4], 0, 0, 1, 0, 0, 0, 0, 28, 0, 0, 0, 28, .. Enumerable.Range(0, 256 * 784).Select(i => (byte)(i * 7919 >> 3))]);
        var path = folder.Write("cut.gz", packed[..(packed.Length / 2)]);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => ml.Images.LoadIdx(path)).Message);
    }

    [Fact]
    public void Counts_that_differ_are_refused()
    {
        using var folder = new TestFolder();
        var labels = Labels;
        labels[7] = 3;
        var e = Assert.Throws<InvalidDataException>(() => ml.Images.LoadIdx(folder.Write("images", Images), folder.Write("labels", [.. labels, 1])));
        Assert.Contains("2 images", e.Message);
        Assert.Contains("3 labels", e.Message);
    }

    [Fact]
    public void Missing_file_is_named()
    {
        using var folder = new TestFolder();
        Assert.Contains("nothing", Assert.Throws<FileNotFoundException>(() => ml.Images.LoadIdx(folder.Path("nothing"))).Message);
        Assert.Contains("no-labels", Assert.Throws<FileNotFoundException>(() => ml.Images.LoadIdx(folder.Write("a", Images), folder.Path("no-labels"))).Message);
    }

    [DataFact("mnist")]
    public void Mnist_test_part_is_10000_digits_beginning_7_2_1_0_4()
    {
        var view = ml.Images.Load(SharedData.Path("mnist"));
        Assert.Equal(10_000, view.GetRowCount());
        var labels = Rows.Text(view, "Label");
        Assert.Equal(["7", "2", "1", "0", "4"], labels[..5]);
        Assert.Equal(980, labels.Count(label => label == "0"));
        Assert.Equal(new ImageDataViewType(28, 28), view.Schema["Image"].Type);
        // The mean of the test images that the data set's users quote is 0.1325.
        var mean = Rows.Pictures(view).Average(picture => picture.Pixels.Average(p => p)) / 255;
        Assert.Equal(0.1325, mean, 0.0002);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
