namespace Microsoft.ML.Data;

/// <summary>Writes a row's column into a member of a user's object.</summary>
internal static class MemberSetters
{
    public static Action<TRow> Create<TRow>(TypedColumn target, DataViewRow row, DataViewSchema.Column column)
    {
        Type member = target.MemberType;
        if (member == typeof(string))
            return TextSetter<TRow>(target, row, column);
        if (member == typeof(string[]))
            return TextsSetter<TRow>(target, row, column);
        (string method, Type type) = member.IsArray ? (nameof(ArraySetter), member.GetElementType())
            : column.Type is VectorDataViewType vector ? (nameof(BufferSetter), vector.ItemType.RawType)
            : (nameof(ValueSetter), member);
        return Generic.Invoke<Action<TRow>>(Generic.Method(typeof(MemberSetters), method), null, [typeof(TRow), type], target, row, column);
    }

    private static Action<TRow> TextSetter<TRow>(TypedColumn target, DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        Action<TRow, string> write = MemberAccess.Writer<TRow, string>(target.Member);
        ReadOnlyMemory<char> value = default;
        return destination =>
        {
            getter(ref value);
            write(destination, value.ToString());
        };
    }

    private static Action<TRow> TextsSetter<TRow>(TypedColumn target, DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        Func<TRow, string[]> read = ReaderOrNull<TRow, string[]>(target);
        Action<TRow, string[]> write = MemberAccess.Writer<TRow, string[]>(target.Member);
        VBuffer<ReadOnlyMemory<char>> value = default;
        return destination =>
        {
            getter(ref value);
            string[] items = Fitting(read?.Invoke(destination), value.Length);
            int i = 0;
            foreach (ReadOnlyMemory<char> item in value.DenseValues())
                items[i++] = item.ToString();
            write(destination, items);
        };
    }

    // An array of the right length that the object holds already is filled, not replaced.
    private static Action<TRow> ArraySetter<TRow, T>(TypedColumn target, DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        Func<TRow, T[]> read = ReaderOrNull<TRow, T[]>(target);
        Action<TRow, T[]> write = MemberAccess.Writer<TRow, T[]>(target.Member);
        VBuffer<T> value = default;
        return destination =>
        {
            getter(ref value);
            T[] items = value.IsDense ? Fitting(read?.Invoke(destination), value.Length) : new T[value.Length];
            value.CopyTo(items);
            write(destination, items);
        };
    }

    private static Action<TRow> BufferSetter<TRow, T>(TypedColumn target, DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        Func<TRow, VBuffer<T>> read = ReaderOrNull<TRow, VBuffer<T>>(target);
        Action<TRow, VBuffer<T>> write = MemberAccess.Writer<TRow, VBuffer<T>>(target.Member);
        return destination =>
        {
            // The object's own buffer is reused, so that a new object gets new arrays.
            VBuffer<T> value = read == null ? default : read(destination);
            getter(ref value);
            write(destination, value);
        };
    }

    private static Action<TRow> ValueSetter<TRow, T>(TypedColumn target, DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        Action<TRow, T> write = MemberAccess.Writer<TRow, T>(target.Member);
        T value = default;
        return destination =>
        {
            getter(ref value);
            write(destination, value);
        };
    }

    private static T[] Fitting<T>(T[] items, int length) => items?.Length == length ? items : new T[length];

    private static Func<TRow, T> ReaderOrNull<TRow, T>(TypedColumn target) =>
        MemberAccess.CanRead(target.Member) ? MemberAccess.Reader<TRow, T>(target.Member) : null;
}
