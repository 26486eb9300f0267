using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Distinct values of a column, numbered from 1.</summary>
internal abstract class TermMap
{
    protected TermMap(PrimitiveDataViewType itemType, int count)
    {
        ItemType = itemType;
        OutputType = new KeyDataViewType(typeof(uint), Math.Max(count, 1));
        Count = count;
    }

    public PrimitiveDataViewType ItemType { get; }

    public KeyDataViewType OutputType { get; }

    public int Count { get; }

    /// <summary>The values of some columns, learned in one pass.</summary>
    public static TermMap[] Learn(IDataView data, DataViewSchema.Column[] columns, int maximumCount, bool sort)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(columns.DistinctBy(column => column.Index).ToArray());
        TermCollector[] collectors = columns.Select(column => TermCollector.Create(cursor, column, maximumCount)).ToArray();
        while (collectors.Any(collector => !collector.IsFull) && cursor.MoveNext())
        {
            foreach (TermCollector collector in collectors)
                collector.Read();
        }
        return collectors.Select(collector => collector.Finish(sort)).ToArray();
    }

    public static TermMap Read(BinaryReader reader)
    {
        var type = (PrimitiveDataViewType)TypeCodec.Read(reader);
        return Generic.Invoke<TermMap>(Generic.Method(typeof(TermMap), nameof(ReadTyped)), null, [type.RawType], reader, type);
    }

    public abstract void Write(BinaryWriter writer);

    public abstract Delegate CreateGetter(DataViewRow input, DataViewSchema.Column source);

    /// <summary>The KeyValues annotation: the values themselves, as text if so wanted, or those that the source's keys stand for.</summary>
    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder annotations, DataViewSchema.Column source, bool asText);

    /// <summary>A value as ML.NET writes it into key values.</summary>
    internal static string TextOf<TValue>(TValue value) => value switch
    {
        bool flag => flag ? "1" : "0",
        double number => number.ToString("G17"),
        _ => value.ToString(),
    };

    private static TermMap ReadTyped<T>(BinaryReader reader, PrimitiveDataViewType type) => new TermMap<T>(type, ValueCodec.ReadArray<T>(reader));
}

internal sealed class TermMap<T> : TermMap
{
    private readonly T[] terms;
    private readonly Dictionary<T, uint> numbers;

    public TermMap(PrimitiveDataViewType itemType, T[] terms)
        : base(itemType, terms.Length)
    {
        this.terms = terms;
        numbers = new Dictionary<T, uint>(TextComparer.EqualityFor<T>());
        foreach (T term in terms)
            numbers.Add(term, (uint)numbers.Count + 1);
    }

    public override void Write(BinaryWriter writer)
    {
        Contracts.Check(ValueCodec.CanWrite(ItemType), $"We do not know how to serialize terms of type '{ItemType}'");
        TypeCodec.Write(writer, ItemType);
        ValueCodec.WriteArray(writer, terms);
    }

    public override Delegate CreateGetter(DataViewRow input, DataViewSchema.Column source) =>
        ItemGetters.Create(input, source, (T value) => numbers.GetValueOrDefault(value));

    public override void AddKeyValues(DataViewSchema.Annotations.Builder annotations, DataViewSchema.Column source, bool asText)
    {
        if (Count == 0)
            return;
        if (ItemType is KeyDataViewType && source.HasKeyValues())
        {
            PrimitiveDataViewType type = ((VectorDataViewType)source.Annotations.Schema[AnnotationKinds.KeyValues].Type).ItemType;
            Generic.Invoke<object>(Generic.Method(typeof(TermMap<T>), nameof(AddSourceValues)), this, [type.RawType], annotations, source, type, asText);
        }
        else
        {
            Add(annotations, ItemType, terms, asText);
        }
    }

    private static void Add<TValue>(DataViewSchema.Annotations.Builder annotations, PrimitiveDataViewType type, TValue[] values, bool asText)
    {
        if (asText && type is not TextDataViewType)
        {
            Add(annotations, TextDataViewType.Instance, Array.ConvertAll(values, value => TextOf(value).AsMemory()), false);
            return;
        }
        annotations.Add(AnnotationKinds.KeyValues, new VectorDataViewType(type, values.Length),
            (ref VBuffer<TValue> value) => VBuffer<TValue>.Copy(values, 0, ref value, values.Length));
    }

    private object AddSourceValues<TValue>(DataViewSchema.Annotations.Builder annotations, DataViewSchema.Column source, PrimitiveDataViewType type, bool asText)
    {
        VBuffer<TValue> values = default;
        source.GetKeyValues(ref values);
        Add(annotations, type, Array.ConvertAll(terms, term => values.GetItemOrDefault(Convert.ToInt32(term) - 1)), asText);
        return null;
    }
}
