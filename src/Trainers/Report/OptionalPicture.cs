namespace MLNetGen;

/// <summary>A sheet, snapshot or film beside a run's figures: where it cannot be made it is left out, and ends neither the training nor the report.</summary>
internal static class OptionalPicture
{
    /// <param name="what">What is missing where it fails, as a sentence's beginning: "the film is missing".</param>
    /// <param name="make">Makes and writes it.</param>
    /// <returns>What to say of its absence; null where it was made.</returns>
    public static string? Try(string what, Action make)
    {
        try
        {
            make();
            return null;
        }
        catch (Exception e) when (MayCost(e))
        {
            return $"{what}: {e.Message}";
        }
    }

    /// <summary>Whether this costs the picture alone. A process without memory ends, and so does what was cancelled.</summary>
    public static bool MayCost(Exception e) => e is not (OutOfMemoryException or OperationCanceledException);
}
