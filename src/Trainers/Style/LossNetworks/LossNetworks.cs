namespace MLNetGen.Style;

/// <summary>The network that judges: trained, from a file, or the built-in one.</summary>
internal static class LossNetworks
{
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file holds no weights, or those of another network.</exception>
    public static LossNetwork Open(string? path) => path is null ? new RandomFilterBank() : LossNetworkFile.Open(path);
}
