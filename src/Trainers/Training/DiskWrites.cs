namespace MLNetGen;

/// <summary>What a run writes as it goes. A disk that is full, or a picture that cannot be made, costs these files and not the training, which goes on, says so once, and tries again the next time.</summary>
internal sealed class DiskWrites(TrainingSession session)
{
    private readonly HashSet<string> failing = [];

    /// <param name="what">What is missing where it fails, as a sentence's beginning.</param>
    /// <param name="write">Writes it.</param>
    /// <returns>Whether it was written.</returns>
    public bool Try(string what, Action write) => Try(what, write, e => e is IOException or UnauthorizedAccessException);

    /// <summary>The same of a picture, whatever is wrong with it.</summary>
    public bool TryPicture(string what, Action write) => Try(what, write, OptionalPicture.MayCost);

    private bool Try(string what, Action write, Func<Exception, bool> mayCost)
    {
        try
        {
            write();
            failing.Remove(what);
            return true;
        }
        catch (Exception e) when (mayCost(e))
        {
            if (failing.Add(what))
                session.Warning($"{what}: {e.Message} Training goes on.");
            return false;
        }
    }
}
