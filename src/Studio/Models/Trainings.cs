using System.Diagnostics;
using System.Globalization;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Models;

/// <summary>How far a training that the page began is.</summary>
internal enum TrainingState
{
    Running,

    /// <summary>It was asked to stop, and writes what it has.</summary>
    Stopping,

    /// <summary>It was stopped, and is to go on later.</summary>
    Paused,
    Stopped,
    Finished,
    Failed,
}

/// <summary>A process that trains.</summary>
internal sealed class Training : IDisposable
{
    private const int MostLines = 200, LongestLine = 500, Interrupted = 130;

    // A model is written and judged after the last step.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly Queue<string> lines = [];
    private readonly Lock gate = new();
    private TrainingState state;
    private bool isPause;
    private long written;

    public Training(string id, string folder, string family, ProcessStartInfo start)
    {
        (Id, Folder, Family) = (id, folder, family);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute) = (true, true, true, false);
        process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Ended = EndAsync();
    }

    /// <summary>The run's.</summary>
    public string Id { get; }

    public string Folder { get; }

    public string Family { get; }

    public TrainingState State
    {
        get
        {
            lock (gate) return state;
        }
    }

    public bool IsAtWork => State is TrainingState.Running or TrainingState.Stopping;

    /// <summary>What it said last.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (gate) return [.. lines];
        }
    }

    /// <summary>Changes with what is shown of it.</summary>
    public string Version
    {
        get
        {
            lock (gate) return $"{Id}{state}{written}";
        }
    }

    /// <summary>When its process has ended.</summary>
    public Task Ended { get; }

    /// <summary>Stops it as Ctrl-C does; the second time at once.</summary>
    public void Stop(bool pause)
    {
        bool again;
        lock (gate)
        {
            if (state is not (TrainingState.Running or TrainingState.Stopping))
                return;
            again = state == TrainingState.Stopping;
            (state, isPause) = (TrainingState.Stopping, pause);
        }
        try
        {
            if (again)
                process.Kill(entireProcessTree: true);
            else
                process.StandardInput.Close();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It ended by itself meanwhile.
        }
    }

    /// <summary>Stops it, and waits until it has written its model.</summary>
    public void Dispose()
    {
        Stop(pause: true);
        Ended.Wait(Patience);
        process.Dispose();
    }

    private async Task EndAsync()
    {
        await process.WaitForExitAsync().ConfigureAwait(false);
        lock (gate)
        {
            state = process.ExitCode == 0 ? TrainingState.Finished
                : state == TrainingState.Stopping || process.ExitCode == Interrupted ? isPause ? TrainingState.Paused : TrainingState.Stopped
                : TrainingState.Failed;
        }
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (gate)
        {
            written++;
            lines.Enqueue(line.Length > LongestLine ? line[..LongestLine] + "…" : line);
            if (lines.Count > MostLines)
                lines.Dequeue();
        }
    }
}

/// <summary>What is trained from the page: one at a time, as processes of the command line's own, which take their settings from a form and their paths from this program alone.</summary>
internal sealed class Trainings(ITrainingProgram? program, ModelFolder folder, DataFolders data) : IDisposable
{
    private const int MostKept = 20;

    private readonly Lock gate = new();
    private readonly List<Training> all = [];
    private readonly Dictionary<(string Id, FileStamp Stamp), bool> resumable = [];
    private bool isEnded;

    public IReadOnlyList<TrainingForm> Forms => program?.Forms ?? [];

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Training> All
    {
        get
        {
            lock (gate) return [.. all.AsEnumerable().Reverse()];
        }
    }

    /// <summary>Changes with what is shown of them.</summary>
    public string Version => string.Concat(All.Select(one => one.Version));

    /// <exception cref="RefusedException">There is no such training.</exception>
    public Training this[string id] => All.FirstOrDefault(one => one.Id == id) ?? throw Identifier.Absent("training", id);

    /// <summary>Begins one.</summary>
    /// <param name="family">Of the forms.</param>
    /// <param name="settings">Values by the fields' names.</param>
    /// <param name="dataId">A folder's identifier; null: none.</param>
    /// <param name="picture">What the form wants a picture for; null: none came.</param>
    /// <exception cref="RefusedException">It cannot begin with that.</exception>
    public Training Begin(string family, IReadOnlyDictionary<string, string> settings, string? dataId, Picture? picture)
    {
        TrainingForm form = Forms.FirstOrDefault(one => one.Family == family) ?? throw Identifier.Absent("training", family);
        List<string> arguments = ["train", family];
        foreach ((string name, string value) in settings)
        {
            TrainingField field = form.Fields.FirstOrDefault(one => one.Name == name) ?? throw Unusable($"'{name}' is no option of 'train {family}' that the page has: it has {string.Join(", ", form.Fields.Select(one => one.Name))}");
            if (Argument(field, value) is { } argument)
                arguments.Add(argument);
        }
        if (dataId is not null)
            arguments.AddRange([form.DataOption, data[dataId].Path]);
        else if (form.NeedsData)
            throw Unusable($"'train {family}' needs a folder of pictures: name one of those that the studio was started with, as data");
        if (form.PictureOption is null != picture is null)
            throw Unusable(picture is null ? $"'train {family}' needs a picture: send one as the request's body" : $"'train {family}' takes no picture: leave the request's body empty");
        lock (gate)
        {
            Free();
            string run = folder.NewRun(family);
            arguments.AddRange(["--out", run]);
            if (picture is not null)
                arguments.AddRange([form.PictureOption!, Path.Combine(run, "painting.png")]);
            if (program!.ProblemOf(arguments) is { } problem)
                throw Unusable(problem.TrimEnd('.'));
            // Nobody else takes the name meanwhile.
            Directory.CreateDirectory(run);
            picture?.Save(Path.Combine(run, "painting.png"));
            return Start(family, run, arguments);
        }
    }

    /// <summary>Goes on with a run that was stopped.</summary>
    /// <exception cref="RefusedException">It cannot go on.</exception>
    public Training Resume(StudioRun run)
    {
        if (!CanResume(run))
            throw new RefusedException(409, "not-resumable", $"'{run.Name}' cannot go on from here: it has no checkpoint, is finished or at work, or its pictures are not in a folder that the studio was started with (--data).");
        lock (gate)
        {
            Free();
            string family = program!.CommandOf(run.Summary.Folder)!.Family;
            return Start(family, run.Summary.Folder, ["train", family, "--resume", "--out", run.Summary.Folder]);
        }
    }

    /// <summary>Whether a run was stopped, and can go on with the folders that there are.</summary>
    public bool CanResume(StudioRun run)
    {
        lock (gate)
        {
            if (program is null || run.Summary.IsWhole || run.Summary.State == "running" || all.Any(one => one.Id == run.Id && one.IsAtWork))
                return false;
            if (resumable.TryGetValue((run.Id, run.Stamp), out bool known))
                return known;
            string checkpoints = Path.Combine(run.Summary.Folder, "checkpoints");
            return resumable[(run.Id, run.Stamp)] = Directory.Exists(checkpoints) && Directory.EnumerateFiles(checkpoints, "*.checkpoint").Any()
                && program.CommandOf(run.Summary.Folder) is { } command && Forms.FirstOrDefault(form => form.Family == command.Family) is { } form
                && (command.Data is null ? !form.NeedsData : data.Has(command.Data));
        }
    }

    public void Dispose()
    {
        lock (gate) isEnded = true;
        // All at once are told.
        foreach (Training one in All) one.Stop(pause: true);
        foreach (Training one in All) one.Dispose();
    }

    // A folder stays as it is until it has a run in it.
    private Training Start(string family, string run, IReadOnlyList<string> arguments)
    {
        string id = folder.RunIdOf(run);
        Training training = new(id, run, family, program!.Start(arguments));
        all.RemoveAll(one => one.Id == id);
        all.Add(training);
        while (all.Count > MostKept && all.FirstOrDefault(one => !one.IsAtWork) is { } oldest) all.Remove(oldest);
        return training;
    }

    private void Free()
    {
        if (isEnded)
            throw new RefusedException(503, "ending", "the studio is ending: start it again.");
        if (all.FirstOrDefault(one => one.IsAtWork) is { } other)
            throw new RefusedException(409, "training", $"'{Path.GetFileName(other.Folder)}' is being trained: one at a time. Wait for it, pause or stop it.");
    }

    private static string? Argument(TrainingField field, string value)
    {
        string option = $"--{field.Name}";
        return field.Kind switch
        {
            TrainingFieldKind.Switch => value switch { "true" => option, "false" => null, _ => throw Unusable($"{field.Name} is '{value}'; it must be true or false") },
            TrainingFieldKind.Choice when !field.Choices.Contains(value) => throw Unusable($"{field.Name} is '{value}'; it must be one of {string.Join(", ", field.Choices)}"),
            TrainingFieldKind.Choice => $"{option}={value}",
            _ => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && value.Trim() == value
                ? $"{option}={value}" : throw Unusable($"{field.Name} is '{value}'; it must be a number, such as {(field.Kind == TrainingFieldKind.Whole ? "64" : "0.001")}"),
        };
    }

    private static RefusedException Unusable(string sentence) => new(400, "unusable", $"{sentence}.");
}
