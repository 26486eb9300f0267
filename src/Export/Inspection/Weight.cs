namespace MLNetGen.Export;

/// <summary>A stored tensor, equal to itself alone.</summary>
internal sealed class Weight(int rank, long count, int elementType, bool isConstant)
{
    public long Count => count;

    /// <summary>Whether it is a parameter where a layer reads it. Files keep weights in Constant nodes too, but only layers made of weights tell them from constants.</summary>
    public bool IsParameterOf(string operation)
    {
        if (TensorElements.IsQuantized(elementType)) return rank > 1 && !isConstant;
        return TensorElements.IsFloating(elementType) && (!isConstant || (rank > 0 && Operators.HasWeights(operation)));
    }
}
