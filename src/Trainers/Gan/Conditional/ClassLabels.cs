using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>What a label column says: the distinct values' names in order, and of each row, which one it has.</summary>
/// <param name="Names">Text in ordinal order, numbers and keys in theirs.</param>
/// <param name="Rows">Indices into <paramref name="Names"/>.</param>
internal sealed record ClassLabels(IReadOnlyList<string> Names, int[] Rows)
{
    /// <exception cref="ArgumentException">The column is absent, of another type, or has one value only.</exception>
    /// <exception cref="InvalidDataException">A row has no label.</exception>
    public static ClassLabels Read(IDataView rows, string name, CancellationToken cancel)
    {
        DataViewSchema.Column column = NetworkInput.Find(rows, name);
        using DataViewRowCursor cursor = rows.GetRowCursor([column]);
        Func<Label> get = Getter(cursor, column);
        List<Label> labels = [];
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            Label label = get();
            if (label.Name.Length == 0)
                throw new InvalidDataException($"row {labels.Count} of column '{name}' has no label: filter such rows out first, or leave LabelColumnName unset.");
            labels.Add(label);
        }
        Label[] distinct = [.. labels.Distinct().OrderBy(label => label.Order).ThenBy(label => label.Name, StringComparer.Ordinal)];
        if (distinct.Length < 2)
            throw new ArgumentException($"column '{name}' has {(distinct.Length == 0 ? "no rows" : $"one value, '{distinct[0].Name}'")}; a GAN of classes needs at least two: leave LabelColumnName unset.");
        Dictionary<Label, int> index = distinct.Select((label, i) => (label, i)).ToDictionary(pair => pair.label, pair => pair.i);
        return new([.. distinct.Select(label => label.Name)], [.. labels.Select(label => index[label])]);
    }

    /// <summary>A one-hot row of bytes each, [rows, classes].</summary>
    public Tensor OneHot()
    {
        byte[] rows = new byte[Rows.Length * Names.Count];
        for (int row = 0; row < Rows.Length; row++)
            rows[(row * Names.Count) + Rows[row]] = 1;
        return tensor(rows, [Rows.Length, Names.Count]);
    }

    private static Func<Label> Getter(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type switch
    {
        TextDataViewType => Of<ReadOnlyMemory<char>>(cursor, column, value => new(0, value.ToString())),
        BooleanDataViewType => Of<bool>(cursor, column, value => new(value ? 1 : 0, value.ToString())),
        KeyDataViewType key => Keys(cursor, column, key),
        NumberDataViewType number => Whole(cursor, column, number.RawType)
            ?? (number.RawType == typeof(float) ? Of<float>(cursor, column, value => Number(value)) : Of<double>(cursor, column, Number)),
        _ => throw new ArgumentException($"column '{column.Name}' is {column.Type}; labels are text, numbers or keys: choose another column, or leave LabelColumnName unset."),
    };

    // A key's values are counted from 1, and 0 is none.
    private static Func<Label> Keys(DataViewRowCursor cursor, DataViewSchema.Column column, KeyDataViewType key)
    {
        string[] names = [];
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is VectorDataViewType { ItemType: TextDataViewType })
        {
            VBuffer<ReadOnlyMemory<char>> values = default;
            column.GetKeyValues(ref values);
            names = [.. values.DenseValues().Select(value => value.ToString())];
        }
        Func<Label> get = Whole(cursor, column, key.RawType)!;
        return () =>
        {
            Label label = get();
            return label.Order == 0 ? default(Label) with { Name = "" } : label.Order <= names.Length ? label with { Name = names[(int)label.Order - 1] } : label;
        };
    }

    private static Func<Label>? Whole(DataViewRowCursor cursor, DataViewSchema.Column column, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => Of<byte>(cursor, column, value => Number(value)),
        TypeCode.SByte => Of<sbyte>(cursor, column, value => Number(value)),
        TypeCode.UInt16 => Of<ushort>(cursor, column, value => Number(value)),
        TypeCode.Int16 => Of<short>(cursor, column, value => Number(value)),
        TypeCode.UInt32 => Of<uint>(cursor, column, value => Number(value)),
        TypeCode.Int32 => Of<int>(cursor, column, value => Number(value)),
        TypeCode.UInt64 => Of<ulong>(cursor, column, value => Number(value)),
        TypeCode.Int64 => Of<long>(cursor, column, value => Number(value)),
        _ => null,
    };

    private static Func<Label> Of<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, Label> label)
    {
        ValueGetter<T> get = cursor.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            get(ref value);
            return label(value);
        };
    }

    private static Label Number(double value) => new(value, double.IsNaN(value) ? "" : value.ToString(CultureInfo.InvariantCulture));

    private readonly record struct Label(double Order, string Name);
}
