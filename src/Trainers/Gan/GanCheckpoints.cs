using System.Globalization;
using TorchSharp.Modules;

namespace MLNetGen.Gan;

/// <summary><c>checkpoints/step-000500.checkpoint</c>, the newest few.</summary>
internal static class GanCheckpoints
{
    private const string Pattern = "step-*.checkpoint", GeneratorOptimizer = "generator-optimizer", DiscriminatorOptimizer = "discriminator-optimizer";

    /// <summary>The last one, by its step; null where there is none.</summary>
    public static string? Newest(string workspace) => All(workspace).LastOrDefault();

    public static void Save(string workspace, int kept, GanHistory history, GanModules modules, Adam generator, Adam discriminator)
    {
        string path = Path.Combine(Checkpoint.FolderIn(workspace), string.Create(CultureInfo.InvariantCulture, $"step-{history.Step:D6}.checkpoint"));
        Checkpoint.Save(path, history.ToHeader(), modules.ByName, new Dictionary<string, OptimizerHelper>
        {
            [GeneratorOptimizer] = generator,
            [DiscriminatorOptimizer] = discriminator,
        });
        // Those after this one are of a part that was lost, or of another run.
        string[] all = [.. All(workspace)];
        int mine = Array.IndexOf(all, path);
        foreach (string old in all[..Math.Max(0, mine + 1 - kept)].Concat(all[(mine + 1)..])) File.Delete(old);
    }

    public static void LoadModules(string path, GanModules modules)
    {
        foreach ((string name, TorchSharp.torch.nn.Module network) in modules.ByName) Checkpoint.LoadNetwork(path, name, network);
    }

    public static void LoadOptimizers(string path, Adam generator, Adam discriminator)
    {
        Checkpoint.LoadOptimizer(path, GeneratorOptimizer, generator);
        Checkpoint.LoadOptimizer(path, DiscriminatorOptimizer, discriminator);
    }

    // Shorter names first: a millionth step has a digit more.
    private static IEnumerable<string> All(string workspace)
    {
        string folder = Checkpoint.FolderIn(workspace);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, Pattern).OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal) : [];
    }
}
