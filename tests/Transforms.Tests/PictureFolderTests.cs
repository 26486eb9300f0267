using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.ML;

namespace MLNetGen.Tests;

/// <summary>What of a folder is read, and by what name and reason the rest is left out.</summary>
public sealed class PictureFolderTests : IDisposable
{
    private static readonly byte[] Png = TestPictures.Png(2, 2, 1, 2, 3);

    private readonly TestFolder folder = new();
    private readonly MLContext ml = new(seed: 1);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Links_to_folders_above_are_not_followed()
    {
        foreach (string name in new[] { "data/a/1.png", "data/a/2.png", "data/b/3.png" }) folder.Write(name, Png);
        Link("data/a/up", "..");
        Link("data/a/self", ".");
        Link("data/b/higher", "../..");
        Link("data/b/absolute", folder.Path("data"));
        Expect("data", ["a/1.png", "a/2.png", "b/3.png"],
            [("a/self", "a link to a folder that it lies in"), ("a/up", "a link to a folder that it lies in"),
             ("b/absolute", "a link to a folder that it lies in"), ("b/higher", "a link to a folder that it lies in")]);
        Assert.Equal(["a", "a", "b"], Rows.Text(ml.Images.LoadFolder(folder.Path("data")), "Label"));
    }

    [Fact]
    public void Linked_folder_inside_is_read_where_it_lies()
    {
        folder.Write("data/z/1.png", Png);
        Link("data/a", "z");
        Link("data/b", "a");
        Expect("data", ["z/1.png"], [("a", "read already, under another name"), ("b", "read already, under another name")]);
    }

    [Fact]
    public void Linked_folder_outside_is_followed_once()
    {
        folder.Write("data/z/1.png", Png);
        folder.Write("store/x/2.png", Png);
        folder.Write("store/x/deep/3.png", Png);
        Link("store/x/deep/back", "../..");
        Link("data/c", "../store/x");
        Link("data/a", folder.Path("store/x"));
        Link("data/b", "a/deep");
        Expect("data", ["a/2.png", "a/deep/3.png", "z/1.png"],
            [("a/deep/back", "a link to a folder that it lies in"), ("b", "read already, under another name"), ("c", "read already, under another name")]);
    }

    [Fact]
    public void Linked_file_is_read_once()
    {
        folder.Write("data/b/1.png", Png);
        folder.Write("store/2.png", Png);
        Link("data/a/1.png", "../b/1.png");
        Link("data/a/2.png", "../../store/2.png");
        Link("data/b/again.png", "../a/2.png");
        Link("data/b/gone.png", "nowhere.png");
        Link("data/b/round.png", "round.png");
        Expect("data", ["a/2.png", "b/1.png"],
            [("a/1.png", "read already, under another name"), ("b/again.png", "read already, under another name"),
             ("b/gone.png", "a link to nothing"), ("b/round.png", "a link to nothing")]);
    }

    [Fact]
    public void Pipe_among_pictures_is_left_out_and_not_waited_for()
    {
        if (!OperatingSystem.IsLinux()) return;
        folder.Write("data/a/1.png", Png);
        using (Process process = Process.Start("mkfifo", [folder.Path("data/a/pipe.png")]))
            process.WaitForExit();
        IDataView view = ml.Images.LoadFolder(folder.Path("data"), null, out ImageFolderReport report);
        Assert.Equal(["a/1.png"], Rows.Text(view, "Path"));
        Assert.Equal("a/pipe.png", Assert.Single(report.Skipped).Path);
    }

    [Fact]
    public void Folder_that_is_itself_a_link_is_read()
    {
        folder.Write("store/a/1.png", Png);
        Link("data", "store");
        Expect("data", ["a/1.png"], []);
    }

    [Fact]
    public void Everything_not_used_is_counted_by_reason_and_named()
    {
        foreach (string name in new[] { "data/a/1.webp.png", "data/b/2.JFIF", "data/b/3.jpe", "data/top.png" }) folder.Write(name, Png);
        foreach (string name in new[] { "data/notes.txt", "data/b/x.svg", "data/.hidden.png", "data/Thumbs.db", "data/c/text.md" }) folder.Write(name, [1]);
        folder.Write("data/d/bad.png", []);
        Directory.CreateDirectory(folder.Path("data/e"));
        List<string> log = [];
        ml.Log += (_, e) => log.Add(e.RawMessage);

        IDataView view = ml.Images.LoadFolder(folder.Path("data"), null, out ImageFolderReport report);

        Assert.Equal(["a/1.webp.png", "b/2.JFIF", "b/3.jpe", "top.png"], Rows.Text(view, "Path"));
        Assert.Equal((5, 4), (report.Found, report.Loaded));
        Assert.Equal(["top.png"], report.Unlabeled);
        Assert.Equal(
            [
                (".hidden.png", "hidden"), ("Thumbs.db", "hidden"), ("b/x.svg", "no picture by its name"), ("c", "a folder without pictures"), ("c/text.md", "no picture by its name"),
                ("d", "a class none of whose pictures can be read"), ("e", "an empty folder"), ("notes.txt", "no picture by its name"),
            ],
            report.Unused.Select(one => (one.Path, one.Reason)).Order());
        string line = Assert.Single(log, message => message.Contains("skipped 1 of 5 pictures: 'd/bad.png': is empty (0 bytes)", StringComparison.Ordinal));
        foreach (string part in new[]
        {
            "2 × hidden ('.hidden.png', 'Thumbs.db')", "3 × no picture by its name ('b/x.svg', 'c/text.md', 'notes.txt')", "1 × an empty folder ('e')", "1 × a folder without pictures ('c')",
            "1 × a class none of whose pictures can be read ('d')", "without a class, as they lie beside the classes' folders: 1 ('top.png')",
        })
            Assert.Contains(part, line);
    }

    [Theory]
    [InlineData("c/", "1 × an empty folder ('c')")]
    [InlineData("a/notes.txt", "1 × no picture by its name ('a/notes.txt')")]
    [InlineData("top.png", "1 ('top.png')")]
    public void Strict_stops_at_whatever_is_not_used(string extra, string expected)
    {
        folder.Write("data/a/1.png", Png);
        folder.Write("data/b/2.png", Png);
        folder.Write("data/.DS_Store", [1]);
        ImageFolderOptions strict = new() { Strict = true };
        ml.Images.LoadFolder(folder.Path("data"), strict, out ImageFolderReport report);
        Assert.Equal([new SkippedPicture(".DS_Store", "hidden")], report.Unused);
        if (extra.EndsWith('/')) Directory.CreateDirectory(folder.Path("data/" + extra));
        else folder.Write("data/" + extra, Png);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => ml.Images.LoadFolder(folder.Path("data"), strict)).Message);
    }

    [Fact]
    public void Pictures_in_one_folder_without_classes_lack_nothing()
    {
        folder.Write("1.png", Png);
        folder.Write("2.png", Png);
        ml.Images.LoadFolder(folder.Root, new ImageFolderOptions { Strict = true }, out ImageFolderReport report);
        Assert.Equal((0, 0, "read 2 pictures"), (report.Unused.Count, report.Unlabeled.Count, report.ToString()));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Folder_that_may_not_be_read_is_named()
    {
        folder.Write("data/a/1.png", Png);
        folder.Write("data/b/2.png", Png);
        string closed = folder.Path("data/b");
        UnixFileMode before = File.GetUnixFileMode(closed);
        File.SetUnixFileMode(closed, UnixFileMode.None);
        try
        {
            bool opens = true;   // as it does for the system's administrator
            try { Directory.GetFiles(closed); }
            catch (UnauthorizedAccessException) { opens = false; }
            if (opens) Expect("data", ["a/1.png", "b/2.png"], []);
            else Expect("data", ["a/1.png"], [("b", "a folder that cannot be opened")]);
        }
        finally
        {
            File.SetUnixFileMode(closed, before);
        }
    }

    [Fact]
    public void Files_and_folders_by_name_tell_what_else_the_folders_hold()
    {
        folder.Write("a/1.png", Png);
        folder.Write("a/notes.txt", [1]);
        Link("a/up", "..");
        ml.Images.LoadFiles([folder.Path("a")], null, out ImageFolderReport report);
        Assert.Equal([folder.Path("a/notes.txt"), folder.Path("a/up")], report.Unused.Select(one => one.Path).Order(StringComparer.Ordinal));
        Assert.Equal((1, 1), (report.Found, report.Loaded));
    }

    private void Link(string name, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Path(name))!);
        Directory.CreateSymbolicLink(folder.Path(name), target);
    }

    private void Expect(string name, string[] pictures, (string Path, string Reason)[] leftOut)
    {
        PictureFolderContents contents = PictureFolder.Find(folder.Path(name));
        Assert.Equal(pictures, contents.Pictures);
        Assert.Equal(leftOut, contents.LeftOut.Select(one => (one.Path, one.Reason)));
    }
}
