using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests;

public class ImageFolderTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Rows_come_by_ordinal_path_with_the_top_folder_as_label()
    {
        using var folder = new TestFolder();
        foreach (var name in new[] { "b/2.png", "top.PNG", "b/10.png", "B/1.png", "a/deep/er/x.png", "a/y.jpeg", "notes.txt" })
            folder.Write(name, name.EndsWith("jpeg", StringComparison.Ordinal) ? TestPictures.Jpeg : TestPictures.Png(16, 16, 1, 2, 3));

        var view = ml.Images.LoadFolder(folder.Root, null, out var report);

        Assert.Equal(["B/1.png", "a/deep/er/x.png", "a/y.jpeg", "b/10.png", "b/2.png", "top.PNG"], Rows.Text(view, "Path"));
        Assert.Equal(["B", "a", "a", "b", "b", ""], Rows.Text(view, "Label"));
        Assert.Equal((6, 6, 0), (report.Found, report.Loaded, report.Skipped.Count));
        Assert.Equal(["Image", "Label", "Path"], view.Schema.Select(c => c.Name));
        Assert.Equal(6, view.GetRowCount());
    }

    [Fact]
    public void Transparent_pixels_lie_on_white()
    {
        using var folder = new TestFolder();
        folder.Write("a.png", TestPictures.Png(3, 1, (x, _) => x switch
        {
            0 => (200, 100, 0, 255),
            1 => (200, 100, 0, 128),
            _ => (200, 100, 0, 0),
        }));
        var view = ml.Images.LoadFolder(folder.Root);

        using var image = Assert.Single(Rows.Column<MLImage>(view, "Image"));
        for (var i = 3; i < image.Pixels.Length; i += 4)
            Assert.Equal(255, image.Pixels[i]);
        var pixels = Picture.FromImage(image).Pixels;
        Assert.Equal([200, 100, 0], pixels[..3]);
        // colour · α + 255 · (1 − α) with α = 128/255, up to the decoder's rounding.
        Assert.All(pixels[3..6].Zip([227, 177, 127]), p => Assert.InRange(p.First, p.Second - 1, p.Second + 1));
        Assert.Equal([255, 255, 255], pixels[6..]);
    }

    [Fact]
    public void Jpeg_decodes_to_its_colour()
    {
        using var folder = new TestFolder();
        folder.Write("a.jpg", TestPictures.Jpeg);
        var picture = Assert.Single(Rows.Pictures(ml.Images.LoadFolder(folder.Root)));
        Assert.Equal((16, 16), (picture.Width, picture.Height));
        for (var i = 0; i < picture.Pixels.Length; i++)
            Assert.InRange(picture.Pixels[i], new[] { 197, 97, 47 }[i % 3], new[] { 203, 103, 53 }[i % 3]);
    }

    [Fact]
    public void Schema_knows_the_size_when_all_pictures_share_it()
    {
        using var folder = new TestFolder();
        folder.Write("a.png", TestPictures.Png(6, 4, 0, 0, 0));
        folder.Write("b.png", TestPictures.Png(6, 4, 0, 0, 0));
        Assert.Equal(new ImageDataViewType(4, 6), ml.Images.LoadFolder(folder.Root).Schema["Image"].Type);
        folder.Write("c.png", TestPictures.Png(4, 6, 0, 0, 0));
        Assert.Equal(new ImageDataViewType(), ml.Images.LoadFolder(folder.Root).Schema["Image"].Type);
    }

    [Fact]
    public void Unreadable_pictures_are_skipped_named_and_logged()
    {
        using var folder = new TestFolder();
        var png = TestPictures.Png(4, 4, 1, 2, 3);
        folder.Write("good.png", png);
        folder.Write("empty.png", []);
        folder.Write("text.jpg", "Hello, this is text"u8.ToArray());
        folder.Write("cut.png", png[..^5]);
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.Message);

        var view = ml.Images.LoadFolder(folder.Root, null, out var report);

        Assert.Equal(["good.png"], Rows.Text(view, "Path"));
        Assert.Equal((4, 1), (report.Found, report.Loaded));
        Assert.Equal(["cut.png", "empty.png", "text.jpg"], report.Skipped.Select(s => s.Path));
        var line = Assert.Single(log, m => m.Contains("skipped 3 of 4 pictures"));
        Assert.Contains("'empty.png': is empty (0 bytes)", line);
        Assert.Contains("'text.jpg': not a PNG, JPEG or BMP (starts with 'Hello, t')", line);
        Assert.Contains("'cut.png': truncated PNG", line);
    }

    [Fact]
    public void Report_names_five_and_counts_the_rest()
    {
        var report = new ImageFolderReport(20, [.. Enumerable.Range(0, 7).Select(i => new SkippedPicture($"{i}.png", "is empty (0 bytes)"))]);
        Assert.StartsWith("skipped 7 of 20 pictures: '0.png': is empty", report.ToString());
        Assert.Contains("'4.png'", report.ToString());
        Assert.DoesNotContain("'5.png'", report.ToString());
        Assert.EndsWith("; and 2 more", report.ToString());
    }

    [Fact]
    public void Strict_stops_at_the_first_unreadable_picture()
    {
        using var folder = new TestFolder();
        folder.Write("good.png", TestPictures.Png(4, 4, 1, 2, 3));
        folder.Write("bad.png", []);
        var e = Assert.Throws<InvalidDataException>(() => ml.Images.LoadFolder(folder.Root, new ImageFolderOptions { Strict = true }));
        Assert.Contains("'bad.png': is empty", e.Message);
        Assert.Contains("1 of 2", e.Message);
    }

    [Fact]
    public void Missing_folder_is_named()
    {
        var e = Assert.Throws<DirectoryNotFoundException>(() => ml.Images.LoadFolder("no/such/folder"));
        Assert.Contains("'no/such/folder'", e.Message);
    }

    [Fact]
    public void File_in_place_of_a_folder_is_refused()
    {
        using var folder = new TestFolder();
        var e = Assert.Throws<ArgumentException>(() => ml.Images.LoadFolder(folder.Write("a.png", TestPictures.Png(1, 1, 0, 0, 0))));
        Assert.Contains("is a file", e.Message);
    }

    [Fact]
    public void Folder_without_pictures_is_refused_and_says_what_it_holds()
    {
        using var folder = new TestFolder();
        Assert.Contains("it is empty", Assert.Throws<InvalidDataException>(() => ml.Images.LoadFolder(folder.Root)).Message);
        folder.Write("a.gif", [1]);
        Assert.Contains("'a.gif'", Assert.Throws<InvalidDataException>(() => ml.Images.LoadFolder(folder.Root)).Message);
    }

    [Fact]
    public void Folder_with_unreadable_pictures_alone_is_refused()
    {
        using var folder = new TestFolder();
        folder.Write("a.png", []);
        var e = Assert.Throws<InvalidDataException>(() => ml.Images.LoadFolder(folder.Root));
        Assert.Contains("None of the 1 pictures", e.Message);
        Assert.Contains("'a.png': is empty", e.Message);
    }

    [Fact]
    public void Pictures_are_decoded_only_when_asked_for_and_a_failure_names_the_picture()
    {
        using var folder = new TestFolder();
        var path = folder.Write("class/a.png", TestPictures.Png(4, 4, 1, 2, 3));
        var view = ml.Images.LoadFolder(folder.Root);
        File.Delete(path);

        Assert.Equal(["class"], Rows.Text(view, "Label"));
        var e = Assert.Throws<InvalidDataException>(() => Rows.Pictures(view));
        Assert.Contains("'class/a.png'", e.Message);
    }

    [Fact]
    public void Picture_that_changed_its_size_since_is_refused_by_name()
    {
        using var folder = new TestFolder();
        folder.Write("a.png", TestPictures.Png(4, 4, 1, 2, 3));
        var view = ml.Images.LoadFolder(folder.Root);
        folder.Write("a.png", TestPictures.Png(8, 4, 1, 2, 3));
        var e = Assert.Throws<InvalidDataException>(() => Rows.Pictures(view));
        Assert.Contains("'a.png'", e.Message);
        Assert.Contains("8×4", e.Message);
    }

    [Fact]
    public void Picture_above_the_limit_is_skipped_by_name_and_stops_a_strict_load()
    {
        using var folder = new TestFolder();
        folder.Write("good.png", TestPictures.Png(4, 4, 1, 2, 3));
        folder.Write("huge.png", TestPictures.PngOf(20000, 20000, [0]));
        var view = ml.Images.LoadFolder(folder.Root, null, out var report);
        Assert.Equal(["good.png"], Rows.Text(view, "Path"));
        var skipped = Assert.Single(report.Skipped);
        Assert.Contains("'huge.png': is 20000×20000, 400,000,000 pixels, above the limit of 178,956,970", skipped.ToString());
        Assert.Contains("'huge.png'", Assert.Throws<InvalidDataException>(() => ml.Images.LoadFolder(folder.Root, new ImageFolderOptions { Strict = true })).Message);
    }

    [Fact]
    public void Limit_is_an_option()
    {
        using var folder = new TestFolder();
        folder.Write("a.png", TestPictures.Png(4, 4, 1, 2, 3));
        Assert.Single(Rows.Pictures(ml.Images.LoadFolder(folder.Root, new ImageFolderOptions { MaximumPixels = 16 })));
        var e = Assert.Throws<InvalidDataException>(() => ml.Images.LoadFolder(folder.Root, new ImageFolderOptions { MaximumPixels = 15 }));
        Assert.Contains("'a.png': is 4×4, 16 pixels, above the limit of 15 (MaximumPixels)", e.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Images.LoadFolder(folder.Root, new ImageFolderOptions { MaximumPixels = 0 }));
    }

    [Fact]
    public void Picture_that_grew_above_the_limit_since_is_refused_by_its_header()
    {
        using var folder = new TestFolder();
        folder.Write("a.jpg", TestPictures.Jpeg);
        var view = ml.Images.LoadFolder(folder.Root);
        folder.Write("a.jpg", TestPictures.JpegOf(20000, 20000));
        Assert.Contains("Picture 'a.jpg' is 20000×20000, 400,000,000 pixels", Assert.Throws<InvalidDataException>(() => Rows.Pictures(view)).Message);
    }

    [Fact]
    public void Pictures_of_known_size_feed_ExtractPixels_directly()
    {
        using var folder = new TestFolder();
        folder.Write("a.png", TestPictures.Png(2, 1, (x, _) => x == 0 ? ((byte)10, (byte)20, (byte)30, (byte)255) : ((byte)40, (byte)50, (byte)60, (byte)255)));
        var pixels = ml.Transforms.ExtractPixels("Pixels", "Image", interleavePixelColors: true)
            .Fit(ml.Images.LoadFolder(folder.Root)).Transform(ml.Images.LoadFolder(folder.Root));
        Assert.Equal([10, 20, 30, 40, 50, 60], Assert.Single(Rows.Vectors(pixels, "Pixels")));
    }

    [DataFact("avatars")]
    public void Avatars_are_6000_opaque_pictures_of_64_by_64()
    {
        var view = ml.Images.Load(SharedData.Path("avatars"));
        Assert.Equal(6000, view.GetRowCount());
        Assert.Equal(new ImageDataViewType(64, 64), view.Schema["Image"].Type);
        foreach (var image in Rows.Column<MLImage>(ml.Data.TakeRows(view, 20), "Image"))
            using (image)
                Assert.Equal(64 * 64, image.Pixels.ToArray().Where((_, i) => i % 4 == 3).Count(alpha => alpha == 255));
    }

    [DataFact("cifar10")]
    public void Cifar_folders_are_ten_labels_of_300_pictures()
    {
        var view = ml.Images.Load(SharedData.Path("cifar10/test"));
        var labels = Rows.Text(view, "Label").CountBy(label => label).ToDictionary();
        Assert.Equal(10, labels.Count);
        Assert.All(labels, label => Assert.Equal(300, label.Value));
        Assert.Equal(new ImageDataViewType(32, 32), view.Schema["Image"].Type);
    }
}
