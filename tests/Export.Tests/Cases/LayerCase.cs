namespace MLNetGen.Export.Tests.Cases;

/// <summary>A layer with settings drawn at random, and inputs that suit it.</summary>
internal sealed class LayerCase(ExportableModule module, params long[][] rows)
{
    public ExportableModule Module => module;

    /// <summary>Shapes of the inputs without the batch axis.</summary>
    public long[][] Rows => rows;

    /// <summary>Axes of the only input's row that may be longer; by default all but the first, the channels.</summary>
    public int[] Varying { get; init; } = rows.Length == 1 ? [.. Enumerable.Range(0, rows[0].Length).Skip(1)] : [];

    /// <summary>What the varying axes' lengths are multiples of.</summary>
    public long Multiple { get; init; } = 1;
}
