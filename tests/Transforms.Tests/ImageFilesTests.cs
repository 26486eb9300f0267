using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

public sealed class ImageFilesTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Files_and_folders_are_read_in_their_order_and_what_cannot_be_read_is_named()
    {
        string Picture(string name)
        {
            string path = Path.Combine(folder, name);
            new Picture(2, 1, 3, new byte[6]).Save(path);
            return path;
        }

        string alone = Picture("z.png"), inside = Picture("sub/a.png"), second = Picture("sub/b.png"), broken = Path.Combine(folder, "broken.png"), absent = Path.Combine(folder, "absent.png");
        File.WriteAllText(broken, "no picture");
        IDataView rows = ml.Images.LoadFiles([alone, broken, Path.Combine(folder, "sub"), absent], null, out ImageFolderReport report);
        Assert.Equal([alone, inside, second], rows.GetColumn<string>("Path"));
        Assert.All(rows.GetColumn<string>("Label"), label => Assert.Equal("", label));
        Assert.Equal([broken, absent], report.Skipped.Select(one => one.Path));
        Assert.Equal(5, report.Found);
        Assert.Contains("None of the 1 pictures given can be read", Assert.Throws<InvalidDataException>(() => ml.Images.LoadFiles([absent], null, out _)).Message);
        Assert.Throws<ArgumentException>(() => ml.Images.LoadFiles([], null, out _));
    }

    [Fact]
    public void Folder_without_pictures_is_left_out_and_named()
    {
        string empty = Directory.CreateDirectory(Path.Combine(folder, "empty")).FullName, notes = Directory.CreateDirectory(Path.Combine(folder, "notes")).FullName;
        string picture = Path.Combine(folder, "a.png");
        new Picture(2, 1, 3, new byte[6]).Save(picture);
        File.WriteAllText(Path.Combine(notes, "read.txt"), "no picture");
        IDataView rows = ml.Images.LoadFiles([empty, picture, notes], null, out ImageFolderReport report);
        Assert.Equal([picture], rows.GetColumn<string>("Path"));
        Assert.Equal([empty, notes], report.Skipped.Select(one => one.Path));
        Assert.EndsWith("it is empty", report.Skipped[0].Reason);
        Assert.Contains("such as 'read.txt'", report.Skipped[1].Reason);
        Assert.Equal((3, 1), (report.Found, report.Loaded));
        Assert.Contains("it is empty", Assert.Throws<InvalidDataException>(() => ml.Images.LoadFiles([picture, empty], new ImageFolderOptions { Strict = true }, out _)).Message);
    }
}
