using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>Labels whose values are known only when a row has them: text, numbers, truth values.</summary>
internal sealed class FoundLabels<TRaw, T>(
    DataViewSchema.Column column, PrimitiveDataViewType type, Func<TRaw, T> convert, Func<T, bool> isMissing, Func<T, string> name, IComparer<T> order) : LabelValues
    where T : notnull
{
    private readonly Dictionary<T, int> codes = [];
    private readonly List<T> values = [];
    private readonly List<string> names = [];

    public override IReadOnlyList<string> Names => names;

    public override PrimitiveDataViewType ItemType => type;

    public override IReadOnlyList<int> InOrder() => [.. Enumerable.Range(0, values.Count).OrderBy(code => values[code], order)];

    public override Array Values(IReadOnlyList<int> codes) => codes.Select(code => values[code]).ToArray();

    public override Func<int> Codes(DataViewRowCursor cursor)
    {
        ValueGetter<TRaw> get = cursor.GetGetter<TRaw>(column);
        TRaw value = default!;
        return () =>
        {
            get(ref value);
            return CodeOf(convert(value));
        };
    }

    private int CodeOf(T value)
    {
        if (isMissing(value))
            return Missing;
        if (codes.TryGetValue(value, out int code))
            return code;
        codes.Add(value, values.Count);
        values.Add(value);
        names.Add(name(value));
        return values.Count - 1;
    }
}
