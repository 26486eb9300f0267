using System.Diagnostics;

namespace MLNetGen.Tests;

/// <summary>The studio as a user starts it, over an empty folder of runs and two folders of pictures.</summary>
public sealed class StudioProgram : IAsyncLifetime
{
    private const string Says = "the studio is at ";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mlnetgen-studio-program-");
    private Process process = null!;

    public string Models => Path.Combine(folder.FullName, "runs");

    /// <summary>Two classes of 12 moons and 8, one of which is there twice; a text with a picture's name; a file that is no picture.</summary>
    public string Pictures => Path.Combine(folder.FullName, "pictures");

    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        IReadOnlyList<Picture> moons = TrainedModels.Pictures(new Microsoft.ML.MLContext(seed: 1).Images.MoonPhases(19, 16, seed: 3));
        for (int i = 0; i < 20; i++)
        {
            string name = Path.Combine(Directory.CreateDirectory(Path.Combine(Pictures, i < 12 ? "early" : "late")).FullName, $"moon{i:D2}.png");
            moons[i % 19].Save(name);
        }
        File.WriteAllText(Path.Combine(Pictures, "late", "broken.png"), "no picture");
        File.WriteAllText(Path.Combine(Pictures, "notes.txt"), "moons");
        ProcessStartInfo start = new("dotnet", [CommandLine.PathOf("src/Cli", "mlnetgen"), "studio", "--models", Models, "--data", Pictures]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(Says, StringComparison.Ordinal))
                continue;
            Address = new(line[Says.Length..]);
            break;
        }
        Client = new() { BaseAddress = Address };
    }

    /// <summary>Ends it as Ctrl-C does, and waits.</summary>
    public async Task DisposeAsync()
    {
        Client.Dispose();
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"])) await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }
}
