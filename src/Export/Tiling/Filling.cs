namespace MLNetGen.Export.Tiling;

/// <summary>How a picture is filled up to a multiple of the strides: by how many rows and columns, and from where.</summary>
/// <param name="Begins">Before the first row, and before the first column.</param>
/// <param name="Ends">After the last ones.</param>
/// <param name="RepeatsEdge">Whether the border itself is repeated; otherwise the picture is reflected there.</param>
internal sealed record Filling(int[] Begins, int[] Ends, bool RepeatsEdge)
{
    /// <summary>Along height (0) or width (1): which row or column stands at each place.</summary>
    public int[] Positions(int axis, int length) =>
        [.. Enumerable.Range(-Begins[axis], Begins[axis] + length + Ends[axis]).Select(i => RepeatsEdge ? Math.Clamp(i, 0, length - 1) : Reflect(i, length))];

    private static int Reflect(int i, int length)
    {
        if (length == 1) return 0;
        int period = 2 * (length - 1), place = ((i % period) + period) % period;
        return place < length ? place : period - place;
    }
}
