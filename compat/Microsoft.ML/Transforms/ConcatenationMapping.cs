using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal sealed class ConcatenationMapping : RowMapping
{
    private readonly string name;
    private readonly DataViewSchema.Column[] sources;
    private readonly PrimitiveDataViewType itemType;
    private readonly int size;

    public ConcatenationMapping(DataViewSchema inputSchema, string name, string[] sourceNames)
        : base(inputSchema)
    {
        this.name = name;
        sources = sourceNames.Select(source => inputSchema.GetColumnOrNull(source)
            ?? throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", source)).ToArray();
        DataViewType first = ItemTypeOf(sources[0].Type);
        foreach (DataViewSchema.Column source in sources)
        {
            if (!ItemTypeOf(source.Type).Equals(first))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", source.Name, first.ToString(), source.Type.ToString());
        }
        itemType = first as PrimitiveDataViewType
            ?? throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", sources[0].Name, "a primitive type", first.ToString());
        int[] sizes = sources.Select(source => SizeOf(source.Type)).ToArray();
        size = sizes.Contains(0) ? 0 : sizes.Sum();
    }

    public override IEnumerable<int> GetInputs(int output) => sources.Select(source => source.Index);

    protected override DataViewSchema.DetachedColumn[] CreateOutputColumns() =>
        [IsIdentity ? new(name, sources[0].Type, sources[0].Annotations) : new(name, new VectorDataViewType(itemType, size), Annotations())];

    protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
    {
        disposer = null;
        return IsIdentity
            ? Getters.Of(input, input.Schema[sources[0].Index])
            : Generic.Invoke<Delegate>(Generic.Method(typeof(ConcatenationMapping), nameof(CreateTyped)), this, [itemType.RawType], input);
    }

    private bool IsIdentity => sources.Length == 1 && sources[0].Type is VectorDataViewType;

    private static DataViewType ItemTypeOf(DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;

    private static int SizeOf(DataViewType type) => (type as VectorDataViewType)?.Size ?? 1;

    private DataViewSchema.Annotations Annotations()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (itemType is NumberDataViewType && sources.All(source => source.IsNormalized()))
            builder.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        if (size > 0 && sources.Any(source => source.Type is not VectorDataViewType vector || source.HasNamesOfSize(vector.Size)))
        {
            ReadOnlyMemory<char>[] names = sources.SelectMany(SlotNames).ToArray();
            builder.Add(AnnotationKinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, size),
                (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref value, names.Length));
        }
        return builder.ToAnnotations();
    }

    // A scalar's slot has the column's name; a vector's named slots have it before theirs.
    private static IEnumerable<ReadOnlyMemory<char>> SlotNames(DataViewSchema.Column source)
    {
        if (source.Type is not VectorDataViewType vector)
            return [source.Name.AsMemory()];
        return source.HasNamesOfSize(vector.Size)
            ? AnnotationKinds.SlotNamesOf(source).DenseValues().Select(slot => slot.IsEmpty ? slot : $"{source.Name}.{slot}".AsMemory())
            : Enumerable.Repeat(ReadOnlyMemory<char>.Empty, vector.Size);
    }

    private ValueGetter<VBuffer<T>> CreateTyped<T>(DataViewRow input)
    {
        var parts = new VBuffer<T>[sources.Length];
        ReadPart[] readers = sources.Select((source, i) => Reader(input, source, parts, i)).ToArray();
        return (ref VBuffer<T> value) =>
        {
            foreach (ReadPart read in readers)
                read();
            Join(parts, ref value);
        };
    }

    private delegate void ReadPart();

    private static ReadPart Reader<T>(DataViewRow input, DataViewSchema.Column source, VBuffer<T>[] parts, int index)
    {
        if (source.Type is not VectorDataViewType vector)
        {
            ValueGetter<T> scalar = input.GetGetter<T>(input.Schema[source.Index]);
            var item = new T[1];
            return () =>
            {
                scalar(ref item[0]);
                parts[index] = new VBuffer<T>(1, item);
            };
        }
        ValueGetter<VBuffer<T>> getter = input.GetGetter<VBuffer<T>>(input.Schema[source.Index]);
        return () =>
        {
            getter(ref parts[index]);
            Contracts.Check(vector.Size == 0 || vector.Size == parts[index].Length,
                $"Column '{source.Name}': expected {vector.Size} slots, but got {parts[index].Length}");
        };
    }

    // Sparse where at most half of the slots hold explicit values.
    private static void Join<T>(VBuffer<T>[] parts, ref VBuffer<T> value)
    {
        int length = 0;
        int count = 0;
        foreach (ref readonly VBuffer<T> part in parts.AsSpan())
        {
            length = checked(length + part.Length);
            count += part.GetValues().Length;
        }
        bool sparse = count <= length / 2;
        VBufferEditor<T> editor = VBufferEditor.Create(ref value, length, sparse ? count : length);
        int offset = 0;
        int next = 0;
        foreach (ref readonly VBuffer<T> part in parts.AsSpan())
        {
            if (sparse)
            {
                foreach (KeyValuePair<int, T> item in part.Items())
                {
                    editor.Values[next] = item.Value;
                    editor.Indices[next++] = offset + item.Key;
                }
            }
            else
            {
                part.CopyTo(editor.Values, offset);
            }
            offset += part.Length;
        }
        value = editor.Commit();
    }
}
