namespace Microsoft.ML.Data;

/// <summary>
/// Places a mapping's columns among those of its input: one that hides an input column comes right after it,
/// the others at the end.
/// </summary>
internal sealed class MappedColumns
{
    // An input column's index, or the complement of an added column's.
    private readonly int[] sources;

    public MappedColumns(RowMapping mapping)
    {
        Mapping = mapping;
        DataViewSchema input = mapping.InputSchema;
        DataViewSchema.DetachedColumn[] added = mapping.OutputColumns;
        List<int> order = Enumerable.Range(0, input.Count).ToList();
        string NameOf(int source) => source >= 0 ? input[source].Name : added[~source].Name;
        for (int i = 0; i < added.Length; i++)
        {
            int hidden = order.FindLastIndex(source => NameOf(source) == added[i].Name);
            order.Insert(hidden >= 0 ? hidden + 1 : order.Count, ~i);
        }
        sources = order.ToArray();
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(sources.Select(source => source >= 0 ? new DataViewSchema.DetachedColumn(input[source]) : added[~source]));
        OutputSchema = builder.ToSchema();
    }

    public RowMapping Mapping { get; }

    public DataViewSchema InputSchema => Mapping.InputSchema;

    public DataViewSchema OutputSchema { get; }

    public bool IsInput(int column, out int index)
    {
        int source = sources[column];
        index = source >= 0 ? source : ~source;
        return source >= 0;
    }

    /// <summary>Which added columns are among the ones wanted.</summary>
    public bool[] ActiveAdded(bool[] activeOutput)
    {
        var active = new bool[Mapping.OutputColumns.Length];
        for (int column = 0; column < sources.Length; column++)
        {
            if (sources[column] < 0)
                active[~sources[column]] = activeOutput[column];
        }
        return active;
    }

    /// <summary>The input columns that the wanted columns pass through or are made from.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(bool[] activeOutput)
    {
        var needed = new bool[InputSchema.Count];
        for (int column = 0; column < sources.Length; column++)
        {
            if (!activeOutput[column])
                continue;
            foreach (int input in IsInput(column, out int index) ? [index] : Mapping.GetInputs(index))
                needed[input] = true;
        }
        return InputSchema.Where(column => needed[column.Index]).ToArray();
    }

    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            if (column.Index >= active.Length || schema[column.Index].Name != column.Name)
                throw new ArgumentOutOfRangeException(nameof(columns), $"Column '{column.Name}' is not a column of this schema");
            active[column.Index] = true;
        }
        return active;
    }
}
