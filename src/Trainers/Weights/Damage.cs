namespace MLNetGen.Weights;

/// <summary>What is wrong with a file of weights, as the rest of a sentence that begins with the file's name.</summary>
internal sealed class BadWeightsException(string problem, Exception? cause = null) : Exception(problem, cause);

/// <summary>The words for it.</summary>
internal static class Damage
{
    public static BadWeightsException Truncated(string what, Exception? cause = null) =>
        new($"is cut off or damaged: {what.TrimEnd('.')}. Copy or download it again.", cause);

    public static BadWeightsException NotWeights(string what, string remedy) => new($"is not a file of weights: {what}. {remedy}");

    /// <summary>Runs what reads a file, and begins its complaints with the file's name.</summary>
    /// <exception cref="InvalidDataException">What every complaint becomes.</exception>
    public static T Named<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (BadWeightsException e)
        {
            throw new InvalidDataException($"'{path}' {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException || Unpacking.IsZlibError(e))
        {
            // What .NET unpacks with says so itself.
            throw new InvalidDataException($"'{path}' {Truncated(e.Message).Message}", e);
        }
    }
}

/// <summary>What reading a file may cost at most: a small file can ask for a great deal.</summary>
/// <param name="complaint">What is wrong with a file that asks for more.</param>
/// <param name="maximum">As many as any file of weights needs, and more.</param>
internal sealed class Budget(string complaint, long maximum)
{
    private long spent;

    /// <exception cref="BadWeightsException">There is more than the file may have.</exception>
    public void Spend(long count = 1)
    {
        if (count > maximum - spent) throw Damage.Truncated($"{complaint}, more than the {maximum:N0} that are allowed");
        spent += count;
    }
}
