namespace MLNetGen.Tests.Cli;

/// <summary>A test that reads Parquet files with hyparquet, skipped where it is absent.</summary>
public sealed class ParquetFactAttribute : FactAttribute
{
    public ParquetFactAttribute() => Skip = ScoredTable.ReasonToSkipParquet;
}
