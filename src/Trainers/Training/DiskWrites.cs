namespace MLNetGen;

/// <summary>What a run writes as it goes. A disk that is full costs these files and not the training, which goes on, says so once, and tries again the next time.</summary>
internal sealed class DiskWrites(TrainingSession session)
{
    private readonly HashSet<string> failing = [];

    /// <param name="what">What is missing where it fails, as a sentence's beginning.</param>
    /// <param name="write">Writes it.</param>
    /// <returns>Whether it was written.</returns>
    public bool Try(string what, Action write)
    {
        try
        {
            write();
            failing.Remove(what);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (failing.Add(what))
                session.Warning($"{what}: {e.Message} Training goes on.");
            return false;
        }
    }
}
