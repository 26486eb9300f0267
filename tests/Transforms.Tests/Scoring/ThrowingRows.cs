namespace MLNetGen.Tests;

/// <summary>Rows that end with an exception.</summary>
internal static class ThrowingRows
{
    /// <summary>So many rows of <see cref="ScoringRow"/>, and then the exception.</summary>
    public static IEnumerable<ScoringRow> After(int rows, Exception e)
    {
        for (int i = 0; i < rows; i++) yield return ScoringRow.Of(i);
        throw e;
    }
}
