namespace MLNetGen.Tests;

public class FilesTests
{
    [Fact]
    public void File_appears_whole_with_missing_folders_and_replaces_an_old_one()
    {
        using var folder = new TestFolder();
        var path = folder.Path("a/b/file.txt");
        SafeFile.WriteAllText(path, "first");
        SafeFile.WriteAllText(path, "second");
        Assert.Equal("second"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path("a/b")));
    }

    [Fact]
    public void Failure_in_the_middle_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TestFolder();
        var path = folder.Write("file.bin", [1, 2, 3]);
        Assert.Throws<InvalidOperationException>(() => SafeFile.WriteStream(path, stream =>
        {
            stream.Write([9, 9]);
            throw new InvalidOperationException("half way");
        }));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void Temporary_name_keeps_the_extension_and_the_folder()
    {
        using var folder = new TestFolder();
        SafeFile.Write(folder.Path("sheet.png"), temporary =>
        {
            Assert.Equal(".png", Path.GetExtension(temporary));
            Assert.Equal(folder.Root, Path.GetDirectoryName(temporary));
            Assert.NotEqual(folder.Path("sheet.png"), temporary);
            File.WriteAllBytes(temporary, [1]);
        });
        Assert.Equal([1], File.ReadAllBytes(folder.Path("sheet.png")));
    }

    [Theory]
    [InlineData(219, ".png")]
    [InlineData(255, ".png")]
    [InlineData(255, "")]
    [InlineData(255, ". a title after a point, which is no extension")]
    public void Names_of_up_to_255_bytes_are_written(int length, string end)
    {
        using var folder = new TestFolder();
        var name = new string('n', length - end.Length) + end;
        SafeFile.WriteAllText(folder.Path(name), "x");
        Assert.Equal([folder.Path(name)], Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void Disk_that_refuses_is_an_error_that_names_the_file()
    {
        using var folder = new TestFolder();
        folder.Write("file", [1]);
        var path = folder.Path("file/below.txt");   // a folder cannot be made below a file
        var e = Assert.Throws<IOException>(() => SafeFile.WriteAllText(path, "x"));
        Assert.Contains(path, e.Message);
    }

    [Fact]
    public void Full_disk_is_an_error_that_names_the_file()
    {
        using var folder = new TestFolder();
        var path = folder.Path("model.bin");
        var e = Assert.Throws<IOException>(() => SafeFile.WriteStream(path, _ => throw new IOException("No space left on device")));
        Assert.Contains(path, e.Message);
        Assert.Contains("No space left", e.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void Temporary_folder_is_deleted_when_disposed()
    {
        var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("model.onnx"), [1]);
        Assert.True(Directory.Exists(folder.Path));
        folder.Dispose();
        Assert.False(Directory.Exists(folder.Path));
        folder.Dispose();
    }

    [Fact]
    public void Temporary_folder_that_is_left_goes_with_its_process()
    {
        var tests = Path.Combine(AppContext.BaseDirectory, $"{typeof(FilesTests).Assembly.GetName().Name}.dll");
        var start = new System.Diagnostics.ProcessStartInfo(Environment.ProcessPath!, ["exec", tests]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_STARTUP_HOOKS"] = tests;
        using var process = System.Diagnostics.Process.Start(start)!;
        var said = process.StandardOutput.ReadLine()!.Split(' ', 2);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal("True", said[0]);
        Assert.False(Directory.Exists(said[1]));
    }

    [Fact]
    public void Temporary_folder_lies_where_it_is_asked_to()
    {
        using var parent = new TestFolder();
        using (var folder = new TemporaryFolder(parent.Path("temporary")))
            Assert.Equal(parent.Path("temporary"), Path.GetDirectoryName(folder.Path));
        Assert.Empty(Directory.GetFileSystemEntries(parent.Path("temporary")));
    }

    [Fact]
    public void Forgotten_temporary_folder_is_deleted_by_the_collector()
    {
        var path = Forget();
        for (var i = 0; i < 10 && Directory.Exists(path); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(Directory.Exists(path));

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static string Forget() => new TemporaryFolder().Path;
    }
}
