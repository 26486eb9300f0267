namespace MLNetGen.Gan;

/// <summary>A run's log, and what lies in its folder before it begins.</summary>
internal sealed class GanWorkspace(string folder, TrainingSession session) : IDisposable
{
    private readonly DiskWrites disk = new(session);
    private GanLog? log;

    /// <summary>
    /// Out of the way with what lies there of another run, or of a part of this one that was lost: its checkpoints would be
    /// resumed, its pictures shown.
    /// </summary>
    public void Begin(GanHistory history)
    {
        disk.Try("the folder is not cleared", () =>
        {
            if (history.Step == 0)
                GanCheckpoints.SetAside(folder);
            foreach ((int step, string path) in GanSnapshots.In(folder))
            {
                if (step > history.Step)
                    File.Delete(path);
            }
            File.Delete(Path.Combine(folder, DcganTransformer.NearestPicturesFileName));
        });
        Reopen(history);
    }

    public void Log(GanLogRow row)
    {
        if (log is not null && !disk.Try("the log ends here", () => log.Add(row)))
            Close();
    }

    /// <summary>Begins the log again where it could not be written on.</summary>
    public void Reopen(GanHistory history)
    {
        if (log is null)
            disk.Try("the log is missing", () => log = new GanLog(folder, history.Rows));
    }

    public void Dispose() => Close();

    // What its buffer still holds may not fit on the disk either.
    private void Close()
    {
        GanLog? open = log;
        log = null;
        disk.Try("the end of the log is missing", () => open?.Dispose());
    }
}
