namespace MLNetGen.Classification;

/// <summary>Says of a failure while rows are read what it was, and about where.</summary>
internal static class RowErrors
{
    /// <exception cref="InvalidDataException">A row could not be read.</exception>
    public static void Tell(Func<string> where, Action read)
    {
        try
        {
            read();
        }
        catch (InvalidOperationException e) when (e.InnerException is not (null or OperationCanceledException))
        {
            // ML.NET wraps what a row's mapping threw, and its worker is ahead of the reader.
            throw new InvalidDataException($"{where()} could not be read: {e.GetBaseException().Message}", e);
        }
    }
}
