namespace MLNetGen.Tests.Training;

public sealed class NumberedFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Files_come_by_their_numbers_and_those_of_other_names_do_not()
    {
        Write("step-000900.png", "step-1000000.png", "step-000010.png");
        Write("step-.png", "step-10x.png", "park-step-000007.png", "step-000011.jpg", "step-000012.png.tmp", "step--00013.png");
        NumberedFiles files = new(folder, "step-", ".png");
        Assert.Equal([10, 900, 1_000_000], files.All.Select(file => file.Number));
        Assert.Equal([files[10], files[900], files[1_000_000]], files.All.Select(file => file.Path));
        Assert.All(files.All, file => Assert.True(File.Exists(file.Path)));
    }

    [Fact]
    public void A_name_that_holds_another_is_told_from_it_and_a_star_takes_both()
    {
        Write("park-step-000001.png", "a-park-step-000002.png", "park-step-step-000003.png", "park.png");
        Assert.Equal([1], new NumberedFiles(folder, "park-step-", ".png").All.Select(file => file.Number));
        Assert.Equal([1, 2, 3], new NumberedFiles(folder, "*-step-", ".png").All.Select(file => file.Number));
    }

    [Fact]
    public void One_file_without_a_number_is_there_or_not()
    {
        NumberedFiles one = new(folder, "latest", ".checkpoint", Digits: 0);
        Assert.Empty(one.All);
        Write("latest.checkpoint", "latest2.checkpoint", "latest.checkpoint.previous");
        Assert.Equal(Path.Combine(folder, "latest.checkpoint"), Assert.Single(one.All).Path);
        Assert.Empty(new NumberedFiles(Path.Combine(folder, "absent"), "latest", ".checkpoint", Digits: 0).All);
    }

    private void Write(params string[] names)
    {
        foreach (string name in names) File.WriteAllText(Path.Combine(folder, name), "");
    }
}
