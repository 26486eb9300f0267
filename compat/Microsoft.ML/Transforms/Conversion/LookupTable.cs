using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>What each known value of a column is replaced by.</summary>
internal abstract class LookupTable
{
    protected LookupTable(DataViewSchema.DetachedColumn key, DataViewSchema.DetachedColumn value)
    {
        Key = key;
        Value = value;
    }

    protected DataViewSchema.DetachedColumn Key { get; }

    public DataViewSchema.DetachedColumn Value { get; }

    public static LookupTable FromPairs<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> pairs, bool valuesAsKeys)
    {
        Contracts.CheckValue(pairs, nameof(pairs));
        if (valuesAsKeys)
            return FromPairsWithKeys(pairs.ToArray());
        var rows = new EnumerableDataView<Pair<TKey, TValue>>(pairs.Select(pair => new Pair<TKey, TValue>(pair.Key, pair.Value)), null);
        return FromData(rows, rows.Schema[0], rows.Schema[1]);
    }

    public static LookupTable FromData(IDataView data, DataViewSchema.Column keyColumn, DataViewSchema.Column valueColumn)
    {
        Contracts.CheckValue(data, nameof(data));
        CheckColumn(data.Schema, keyColumn, nameof(keyColumn));
        CheckColumn(data.Schema, valueColumn, nameof(valueColumn));
        Contracts.CheckParam(keyColumn.Type is PrimitiveDataViewType, nameof(keyColumn), $"Values of type {keyColumn.Type} cannot be looked up");
        return Typed(nameof(Read), keyColumn.Type, valueColumn.Type, data, keyColumn, valueColumn);
    }

    public static LookupTable Load(ModelLoadContext ctx)
    {
        DataViewSchema schema = SchemaFile.Read(ctx.Reader);
        return Typed(nameof(LoadTyped), schema[0].Type, schema[1].Type, ctx, new DataViewSchema.DetachedColumn(schema[0]), new DataViewSchema.DetachedColumn(schema[1]));
    }

    public abstract void Save(ModelSaveContext ctx);

    public abstract Delegate CreateGetter(DataViewRow input, DataViewSchema.Column source);

    private static LookupTable Typed(string method, DataViewType key, DataViewType value, params object[] arguments) =>
        Generic.Invoke<LookupTable>(Generic.Method(typeof(LookupTable), method), null, [key.RawType, value.RawType], arguments);

    private static LookupTable Read<TKey, TValue>(IDataView data, DataViewSchema.Column keyColumn, DataViewSchema.Column valueColumn)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([keyColumn, valueColumn]);
        ValueGetter<TKey> keys = cursor.GetGetter<TKey>(keyColumn);
        ValueGetter<TValue> values = cursor.GetGetter<TValue>(valueColumn);
        var items = new List<KeyValuePair<TKey, TValue>>();
        while (cursor.MoveNext())
        {
            TKey key = default;
            TValue value = default;
            keys(ref key);
            values(ref value);
            items.Add(KeyValuePair.Create(key, value));
        }
        return new LookupTable<TKey, TValue>(new(keyColumn), new(valueColumn), items);
    }

    private static LookupTable LoadTyped<TKey, TValue>(ModelLoadContext ctx, DataViewSchema.DetachedColumn key, DataViewSchema.DetachedColumn value)
    {
        var items = new KeyValuePair<TKey, TValue>[ctx.ReadCount()];
        for (int i = 0; i < items.Length; i++)
            items[i] = KeyValuePair.Create(ReadValue<TKey>(ctx.Reader, key.Type), ReadValue<TValue>(ctx.Reader, value.Type));
        return new LookupTable<TKey, TValue>(key, value, items);
    }

    private static T ReadValue<T>(BinaryReader reader, DataViewType type)
    {
        T value = default;
        ((ValueGetter<T>)ValueCodec.ReadGetter(reader, type))(ref value);
        return value;
    }

    // Distinct values become keys in the order in which they occur, with their text as KeyValues; numbers that are keys already stay.
    private static LookupTable FromPairsWithKeys<TKey, TValue>(KeyValuePair<TKey, TValue>[] pairs)
    {
        TValue[] distinct = pairs.Select(pair => pair.Value).Distinct().ToArray();
        bool alreadyKeys = typeof(TValue) == typeof(uint) || typeof(TValue) == typeof(ulong);
        ulong NumberOf(TValue value) => alreadyKeys ? Convert.ToUInt64(value) : (ulong)Array.IndexOf(distinct, value) + 1;
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Pair<TKey, ulong>), SchemaDefinition.Direction.Read);
        definition[nameof(Pair<TKey, ulong>.Value)].ColumnType = new KeyDataViewType(typeof(ulong), (ulong)distinct.Length);
        definition[nameof(Pair<TKey, ulong>.Value)].AddAnnotation(AnnotationKinds.KeyValues,
            Array.ConvertAll(distinct, value => value.ToString()), new VectorDataViewType(TextDataViewType.Instance, distinct.Length));
        // A member that is a key counts from 0; none is all ones.
        var rows = new EnumerableDataView<Pair<TKey, ulong>>(pairs.Select(pair => new Pair<TKey, ulong>(pair.Key, unchecked(NumberOf(pair.Value) - 1))), definition);
        return FromData(rows, rows.Schema[0], rows.Schema[1]);
    }

    private static void CheckColumn(DataViewSchema schema, DataViewSchema.Column column, string name)
    {
        DataViewSchema.Column found = schema.GetColumnOrNull(column.Name)
            ?? throw Contracts.Except($"The selected column {name} is not included in the targeted IDataView dataView");
        Contracts.Check(found.Index == column.Index, $"{name}'s column index doesn't match that of the associated column in dataView");
        Contracts.Check(found.Type == column.Type, $"{name}'s column type doesn't match that of the associated column in dataView");
    }

    private sealed class Pair<TKey, TValue>(TKey key, TValue value)
    {
        public TKey Key { get; } = key;

        public TValue Value { get; } = value;
    }
}

internal sealed class LookupTable<TKey, TValue> : LookupTable
{
    private readonly Dictionary<TKey, TValue> values = new(TextComparer.EqualityFor<TKey>());

    public LookupTable(DataViewSchema.DetachedColumn key, DataViewSchema.DetachedColumn value, IEnumerable<KeyValuePair<TKey, TValue>> items)
        : base(key, value)
    {
        foreach ((TKey itemKey, TValue itemValue) in items)
            Contracts.Check(values.TryAdd(itemKey, itemValue), $"Duplicate keys in data '{itemKey}'");
    }

    public override void Save(ModelSaveContext ctx)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumns([Key, Value]);
        SchemaFile.Write(ctx.Writer, schema.ToSchema());
        ctx.Writer.Write(values.Count);
        foreach ((TKey key, TValue value) in values)
        {
            ValueCodec.WriteFrom(ctx.Writer, Key.Type, (ValueGetter<TKey>)((ref TKey destination) => destination = key));
            ValueCodec.WriteFrom(ctx.Writer, Value.Type, (ValueGetter<TValue>)((ref TValue destination) => destination = value));
        }
    }

    public override Delegate CreateGetter(DataViewRow input, DataViewSchema.Column source)
    {
        TValue missing = Value.Type is VectorDataViewType ? default : MissingValues.Of<TValue>();
        return ItemGetters.Create(input, source, (TKey key) => values.TryGetValue(key, out TValue value) ? value : missing);
    }
}
