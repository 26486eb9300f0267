namespace Microsoft.ML.Data;

/// <summary>
/// What a row-to-row transformer does to rows of one schema: which columns it adds, what each of them reads,
/// and how a getter of it is made over a row. Made by <see cref="RowToRowTransformerBase.MakeMapping"/>,
/// whose checks of the input schema throw as the real package's do.
/// </summary>
internal abstract class RowMapping
{
    private DataViewSchema.DetachedColumn[] outputColumns;

    protected RowMapping(DataViewSchema inputSchema)
    {
        InputSchema = inputSchema;
    }

    public DataViewSchema InputSchema { get; }

    /// <summary>The columns added, in order. A name that the input has already hides that column.</summary>
    public DataViewSchema.DetachedColumn[] OutputColumns => outputColumns ??= CreateOutputColumns();

    /// <summary>Indices in <see cref="InputSchema"/> of the columns that the output column reads.</summary>
    public abstract IEnumerable<int> GetInputs(int output);

    /// <summary>
    /// Getters of the active output columns over a row (null for the others), and what frees their state.
    /// Override it where several outputs come from one computation; else <see cref="CreateGetter"/> is enough.
    /// </summary>
    public virtual Delegate[] CreateGetters(DataViewRow input, Func<int, bool> isActive, out Action disposer)
    {
        var getters = new Delegate[OutputColumns.Length];
        Action all = null;
        for (int i = 0; i < getters.Length; i++)
        {
            if (!isActive(i))
                continue;
            getters[i] = CreateGetter(input, i, out Action one);
            all += one;
        }
        disposer = all;
        return getters;
    }

    protected abstract DataViewSchema.DetachedColumn[] CreateOutputColumns();

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the output column's raw type; the disposer may be null.</summary>
    protected abstract Delegate CreateGetter(DataViewRow input, int output, out Action disposer);
}
