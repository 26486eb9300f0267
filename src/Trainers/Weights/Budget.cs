namespace MLNetGen.Weights;

/// <summary>What reading a file may cost at most: a small file can ask for a great deal.</summary>
/// <param name="complaint">What is wrong with a file that asks for more.</param>
/// <param name="most">As many as any file of weights needs, and more.</param>
internal sealed class Budget(string complaint, long most)
{
    private long spent;

    /// <exception cref="BadWeightsException">There is more than the file may have.</exception>
    public void Spend(long count = 1)
    {
        if (count > most - spent) throw Damage.CutOff($"{complaint}, more than the {most:N0} that are allowed");
        spent += count;
    }
}
