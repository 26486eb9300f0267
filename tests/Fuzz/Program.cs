using System.CommandLine;
using System.Diagnostics;
using MLNetGen.Export;
using MLNetGen.Tests;

namespace MLNetGen.Fuzz;

/// <summary>Damages files by the million and gives them to everything that reads a user's files: <c>./mlnetgen fuzz --count 1000000</c>.</summary>
internal static class Program
{
    private const int Told = 20_000;

    // Of the whole process: native libraries take memory that .NET does not count.
    private const long MostMemory = 4L << 30;

    public static int Main(string[] args) => CreateRoot().Parse(args).Invoke();

    /// <summary>The whole command line; nothing runs before it is invoked.</summary>
    public static RootCommand CreateRoot()
    {
        Option<long> count = new("--count") { Description = "How many files", DefaultValueFactory = _ => 1_000_000 };
        Option<long> from = new("--from") { Description = "The first position; to see one again, its position with --count 1" };
        Option<ulong> seed = new("--seed") { Description = "Same seed, same files", DefaultValueFactory = _ => 1 };
        Option<string?> reader = new("--reader") { Description = $"One reader alone, which has positions of its own: {string.Join(", ", FuzzReader.All.Select(one => one.Name))}" };
        Option<string> output = new("--out") { Description = "A folder for files that fail", DefaultValueFactory = _ => Path.Combine("out", "fuzz") };
        RootCommand command = new("Give damaged files to everything that reads a user's files: each is read, or refused with the documented exception.") { count, from, seed, reader, output };
        command.SetAction(parsed =>
        {
            FuzzReader[] readers = [.. FuzzReader.All.Where(one => parsed.GetValue(reader) is null || one.Name == parsed.GetValue(reader))];
            return readers.Length > 0 ? Run(parsed.GetValue(seed), parsed.GetValue(from), parsed.GetValue(count), readers, parsed.GetValue(output)!)
                : throw new ArgumentException($"--reader is '{parsed.GetValue(reader)}'; it must be one of {string.Join(", ", FuzzReader.All.Select(one => one.Name))}.");
        });
        return command;
    }

    private static int Run(ulong seed, long from, long count, IReadOnlyList<FuzzReader> readers, string output)
    {
        TorchLibrary.Prepare();
        string tests = Path.Combine(Repository.Root ?? throw new InvalidOperationException("The program runs in the repository, whose tests have the files that it begins with."), "tests", "Trainers.Tests");
        FuzzRun run = new(seed, Seed.All(Path.Combine(tests, "Weights", "Fixtures"), Path.Combine(tests, "Style", "Fixtures")), readers);
        Directory.CreateDirectory(output);
        string present = Path.Combine(output, "present-file"), place = Path.Combine(output, "present-position.txt");
        Stopwatch clock = Stopwatch.StartNew();
        int failed = 0;
        for (long position = from; position < from + count; position++)
        {
            // A native library may end the process: then this tells where.
            File.WriteAllText(place, $"seed {seed}, position {position}");
            FuzzFailure? failure = run.Try(position, present);
            if (failure is null && (position % 100 != 0 || Environment.WorkingSet < MostMemory))
            {
                if ((position - from + 1) % Told == 0)
                    Console.WriteLine($"{position - from + 1:N0} files, {failed} failed; {clock.Elapsed:h\\:mm\\:ss}, the slowest file {run.Longest:F1} s (position {run.Slowest}), memory {Environment.WorkingSet >> 20:N0} MiB");
                continue;
            }
            failed++;
            (FuzzReader reader, Seed one, byte[] bytes) = run.At(position);
            failure ??= new(position, reader.Name, one.Name, $"the process takes {Environment.WorkingSet:N0} bytes", bytes);
            string file = Path.Combine(output, $"seed-{seed}-position-{position}-{failure.Seed}");
            File.WriteAllBytes(file, failure.Bytes);
            Console.WriteLine($"seed {seed}, {failure}{Environment.NewLine}  the file: {file}");
            if (Environment.WorkingSet >= MostMemory)
                break;
        }
        File.Delete(present);
        File.Delete(place);
        Console.WriteLine($"{count:N0} files from position {from:N0} on, seed {seed}: {failed} failed; {clock.Elapsed:h\\:mm\\:ss}, the slowest file {run.Longest:F1} s (position {run.Slowest}), peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20:N0} MiB");
        return failed == 0 ? 0 : 1;
    }
}
