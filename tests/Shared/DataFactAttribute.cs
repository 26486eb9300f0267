namespace MLNetGen.Tests;

/// <summary>A test that needs real pictures, skipped where they are absent.</summary>
public sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute(string data)
    {
        if (!Directory.Exists(SharedData.Path(data)))
            Skip = $"there is no '{data}' in ../shared/data; MLNETGEN_DATA may name another folder";
    }
}
