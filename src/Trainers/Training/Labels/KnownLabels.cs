using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>Labels whose values the column's type or annotations tell: keys and one-hot vectors.</summary>
internal sealed class KnownLabels(IReadOnlyList<string> names, Array values, PrimitiveDataViewType type, bool areNumbered, Func<DataViewRowCursor, Func<int>> codes) : LabelValues
{
    public override IReadOnlyList<string> Names => names;

    public override PrimitiveDataViewType ItemType => type;

    public override bool AreNumbered => areNumbered;

    public override IReadOnlyList<int> InOrder() => [.. Enumerable.Range(0, names.Count)];

    public override Func<int> Codes(DataViewRowCursor cursor) => codes(cursor);

    public override Array Values(IReadOnlyList<int> codes)
    {
        var chosen = Array.CreateInstance(type == TextDataViewType.Instance ? typeof(string) : type.RawType, codes.Count);
        for (int i = 0; i < codes.Count; i++)
            Array.Copy(values, codes[i], chosen, i, 1);
        return chosen;
    }
}
