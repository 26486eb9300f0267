using MLNetGen.Fuzz;
using MLNetGen.Tests.Weights;

namespace MLNetGen.Tests.DamagedFiles;

/// <summary>Damaged files through everything that reads a user's files; <c>./mlnetgen fuzz</c> tries a million.</summary>
public sealed class DamagedFilesTests
{
    private const ulong Seed = 1;
    private const int Files = 20_000;

    private static readonly Lazy<IReadOnlyList<Seed>> Sound = new(() => Fuzz.Seed.All(WeightsFixture.Folder, Path.Combine(AppContext.BaseDirectory, "Style", "Fixtures")));

    public static TheoryData<string> Readers { get; } = [.. FuzzReader.All.Select(reader => reader.Name)];

    [Fact]
    public void Damaged_files_are_read_or_refused_as_documented()
    {
        using TemporaryFolder folder = new();
        FuzzRun run = new(Seed, Sound.Value, FuzzReader.All);
        Assert.Empty(Enumerable.Range(0, Files).Select(position => run.Try(position, folder.File("file"))).OfType<FuzzFailure>().Take(10));
    }

    [Theory, MemberData(nameof(Readers))]
    public void Sound_files_are_read(string name)
    {
        FuzzReader reader = FuzzReader.All.Single(one => one.Name == name);
        using TemporaryFolder folder = new();
        string[] refused = [.. Sound.Value.Where(one => one.Kind == reader.Kind).Where(one => Refuses(reader, one, folder.File("file"))).Select(one => one.Name)];
        // Some are there to be refused, and few networks are a whole, or of pictures.
        int most = name switch { "weights" => 2, "weights-into-network" or "tiles" => int.MaxValue, _ => 0 };
        Assert.True(refused.Length <= most, string.Join(", ", refused));
    }

    [Fact]
    public void The_same_seed_and_position_give_the_same_file()
    {
        FuzzRun run = new(Seed, Sound.Value, FuzzReader.All), again = new(Seed, Sound.Value, FuzzReader.All), other = new(Seed + 1, Sound.Value, FuzzReader.All);
        byte[][] files = [.. Enumerable.Range(0, 200).Select(position => run.At(position).Bytes)];
        Assert.Equal(files, Enumerable.Range(0, 200).Select(position => again.At(position).Bytes));
        Assert.InRange(Enumerable.Range(0, 200).Count(position => !files[position].AsSpan().SequenceEqual(other.At(position).Bytes)), 190, 200);
    }

    [Fact]
    public void An_exception_that_is_not_documented_is_a_failure_with_its_file()
    {
        FuzzReader broken = new("broken", SeedKind.Idx, 1, [typeof(InvalidDataException)], _ => throw new FormatException("no such place"));
        using TemporaryFolder folder = new();
        FuzzRun run = new(Seed, Sound.Value, [broken]);
        FuzzFailure failure = Assert.IsType<FuzzFailure>(run.Try(7, folder.File("file")));
        Assert.Equal((7, "broken"), (failure.Position, failure.Reader));
        Assert.Equal(run.At(7).Bytes, failure.Bytes);
        Assert.Contains("no such place", failure.Problem, StringComparison.Ordinal);
    }

    private static bool Refuses(FuzzReader reader, Seed one, string path)
    {
        File.WriteAllBytes(path, one.Bytes);
        try
        {
            reader.Read(path);
            return false;
        }
        catch (Exception e) when (reader.Documented.Any(type => type.IsInstanceOfType(e)))
        {
            return true;
        }
    }
}
