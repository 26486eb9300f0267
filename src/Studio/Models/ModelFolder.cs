using System.Diagnostics;
using System.Text;
using MLNetGen.Cli;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Models;

/// <summary>What can be done with a model.</summary>
internal enum ModelTask
{
    /// <summary>It can be looked into.</summary>
    None,
    Paint,
    Classify,
    Latent,
    Enlarge,
}

/// <summary>A model's file, known to the page by <see cref="Id"/> alone.</summary>
internal sealed record StudioModel(string Id, string Name, string Path, FileStamp Stamp, string? Family, ModelTask Task, IReadOnlyList<string> Classes, IReadOnlyList<string> Styles)
{
    /// <summary>A picture of what it paints like; null where there is none.</summary>
    public string? Thumbnail { get; init; }
}

/// <summary>A run's folder, known to the page by <see cref="Id"/> alone.</summary>
internal sealed record StudioRun(string Id, string Name, FileStamp Stamp, RunSummary Summary);

/// <summary>Tells a file from what it was.</summary>
internal readonly record struct FileStamp(long Bytes, DateTime Written);

/// <summary>What lies in the folder, found again when it is asked for. A request names what was found by an identifier: no path comes from outside.</summary>
/// <param name="root">Where runs and models of the user's lie.</param>
/// <param name="styles">Where those lie that came with the program; null: nowhere.</param>
internal sealed class ModelFolder(string root, string? styles)
{
    private const int MostFiles = 5000;

    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    private static readonly EnumerationOptions Depth = new() { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true };

    // The file of a run that does its work.
    private static readonly string[] MainFiles = [ModelFile.Zip, "style.onnx", "upscaler-uint8.onnx"];

    private readonly Lock gate = new();
    private readonly string root = Path.GetFullPath(root);
    private Dictionary<string, StudioModel> models = [];
    private Dictionary<string, StudioRun> runs = [];
    private long looked;

    /// <summary>The folder, in full.</summary>
    public string Root => root;

    public IReadOnlyCollection<StudioModel> Models
    {
        get
        {
            lock (gate)
            {
                Look();
                return models.Values;
            }
        }
    }

    public IReadOnlyCollection<StudioRun> Runs
    {
        get
        {
            lock (gate)
            {
                Look();
                return runs.Values;
            }
        }
    }

    /// <exception cref="RefusedException">There is no such model, or no longer.</exception>
    public StudioModel Model(string id) => Find(Models, model => model.Id == id) ?? throw Identifier.Absent("model", id);

    /// <exception cref="RefusedException">There is no such run, or no longer.</exception>
    public StudioRun Run(string id) => Find(Runs, run => run.Id == id) ?? throw Identifier.Absent("run", id);

    /// <summary>The identifier of the run in a folder, which it has before it has written anything.</summary>
    public string RunIdOf(string run) => Identifier.Of(Path.GetRelativePath(root, Path.Combine(run, RunSummary.FileName)));

    /// <summary>A folder for a new run, which is not there yet: vae, vae-2, and so on.</summary>
    public string NewRun(string family) => Enumerable.Range(1, int.MaxValue).Select(i => Path.Combine(root, i == 1 ? family : $"{family}-{i}")).First(path => !Path.Exists(path));

    /// <summary>Changes when anything that the page shows does.</summary>
    public string Version()
    {
        StringBuilder all = new();
        foreach (StudioModel model in Models) all.Append(model.Id).Append(model.Stamp);
        foreach (StudioRun run in Runs) all.Append(run.Id).Append(run.Stamp);
        return Identifier.Of(all.ToString());
    }

    private static T? Find<T>(IEnumerable<T> all, Func<T, bool> isIt) => all.FirstOrDefault(isIt);

    private void Look()
    {
        if (looked != 0 && Stopwatch.GetElapsedTime(looked) < Fresh)
            return;
        Dictionary<string, StudioModel> foundModels = [];
        Dictionary<string, StudioRun> foundRuns = [];
        IEnumerable<FileInfo> files = Directory.Exists(root) ? new DirectoryInfo(root).EnumerateFiles("*", Depth).Where(IsShown).Take(MostFiles) : [];
        foreach (FileInfo file in files.OrderBy(file => file.FullName, StringComparer.Ordinal))
        {
            FileStamp stamp = new(file.Length, file.LastWriteTimeUtc);
            string id = Identifier.Of(Path.GetRelativePath(root, file.FullName));
            if (file.Name == RunSummary.FileName)
            {
                if (runs.TryGetValue(id, out StudioRun? run) && run.Stamp == stamp)
                    foundRuns.Add(id, run);
                else if (RunSummary.Read(file.DirectoryName!, out _) is { } summary)
                    foundRuns.Add(id, new(id, NameOf(file.DirectoryName!), stamp, summary));
            }
            else
            {
                foundModels.Add(id, models.TryGetValue(id, out StudioModel? model) && model.Stamp == stamp ? model : Read(file, id, stamp));
            }
        }
        if (styles is not null && Directory.Exists(styles))
        {
            foreach (FileInfo file in new DirectoryInfo(styles).EnumerateFiles("*.onnx").OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                string id = Identifier.Of($"styles/{file.Name}");
                foundModels[id] = models.GetValueOrDefault(id)
                    ?? Read(file, id, new(file.Length, file.LastWriteTimeUtc)) with { Name = Path.GetFileNameWithoutExtension(file.Name).Replace('_', ' '), Thumbnail = BuiltInStyles.ThumbnailOf(file.FullName) };
            }
        }
        (models, runs, looked) = (foundModels, foundRuns, Stopwatch.GetTimestamp());
    }

    private static bool IsShown(FileInfo file) => file.Name == RunSummary.FileName
        || file.Extension.Equals(".onnx", StringComparison.OrdinalIgnoreCase) || file.Extension.Equals(".zip", StringComparison.OrdinalIgnoreCase);

    private StudioModel Read(FileInfo file, string id, FileStamp stamp)
    {
        try
        {
            IReadOnlyDictionary<string, string>? texts = ModelArchive.Metadata(file.FullName).FirstOrDefault(one => one.ContainsKey("family"));
            string? family = texts?.GetValueOrDefault("family");
            string[] classes = texts?.GetValueOrDefault("classes")?.Split('\n') ?? [], styles = texts?.GetValueOrDefault("styles")?.Split('\n') ?? [];
            ModelTask task = TaskOf(file, family, texts);
            return new(id, NameOf(task != ModelTask.None && MainFiles.Contains(file.Name) ? file.DirectoryName! : file.FullName), file.FullName, stamp, family, task, classes, styles);
        }
        catch (Exception e) when (Failure.IsExpected(e))
        {
            // Half written, or no model at all: whoever looks into it is told.
            return new(id, NameOf(file.FullName), file.FullName, stamp, null, ModelTask.None, [], []);
        }
    }

    private static ModelTask TaskOf(FileInfo file, string? family, IReadOnlyDictionary<string, string>? texts) => (family, file.Extension.Equals(".zip", StringComparison.OrdinalIgnoreCase)) switch
    {
        ("style", false) when texts!.ContainsKey("styles") && !file.Name.Contains("uint8", StringComparison.Ordinal) => ModelTask.Paint,
        ("superResolution", false) when file.Name.Contains("uint8", StringComparison.Ordinal) => ModelTask.Enlarge,
        ("alexnet" or "fine-tuning", true) => ModelTask.Classify,
        ("vae", true) => ModelTask.Latent,
        ("gan", true) when texts!.GetValueOrDefault("part") != "pipeline-discriminator" => ModelTask.Latent,
        _ => ModelTask.None,
    };

    private string NameOf(string path) => Path.GetRelativePath(root, path) is var name && name == "." ? Path.GetFileName(root) : name.Replace('\\', '/');
}
