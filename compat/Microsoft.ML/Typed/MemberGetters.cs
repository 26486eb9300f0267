namespace Microsoft.ML.Data;

/// <summary>Getters over members of a user's row.</summary>
internal static class MemberGetters
{
    /// <summary>A getter of the column's raw type that reads the member of whatever row is current.</summary>
    public static Delegate Create<TRow>(TypedColumn column, Func<TRow> current) =>
        Generic.Invoke<Delegate>(Generic.Method(typeof(MemberGetters), nameof(OverMember)), null, [typeof(TRow), column.MemberType], column, current);

    public static Delegate Create<T>(Type memberType, DataViewType type, bool isKeyMember, Func<T> read)
    {
        if (read is Func<string> text)
            return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = text().AsMemory());
        if (read is Func<string[]> texts)
            return ArrayGetter(() => Array.ConvertAll(texts() ?? [], item => item.AsMemory()));
        if (memberType.IsArray)
            return ForItems(nameof(ArrayGetter), memberType.GetElementType(), read);
        if (type is VectorDataViewType vector)
            return ForItems(nameof(BufferGetter), vector.ItemType.RawType, read);
        if (isKeyMember && type is KeyDataViewType key)
            return KeyGetter(read, key);
        return (ValueGetter<T>)((ref T value) => value = read());
    }

    private static Delegate OverMember<TRow, T>(TypedColumn column, Func<TRow> current)
    {
        Func<TRow, T> read = MemberAccess.Reader<TRow, T>(column.Member);
        return Create(typeof(T), column.Type, isKeyMember: true, () => read(current()));
    }

    private static Delegate ForItems(string method, Type itemType, Delegate read) =>
        Generic.Invoke<Delegate>(Generic.Method(typeof(MemberGetters), method), null, [itemType], read);

    private static ValueGetter<VBuffer<T>> ArrayGetter<T>(Func<T[]> read) => (ref VBuffer<T> value) =>
    {
        T[] items = read() ?? [];
        VBufferEditor<T> editor = VBufferEditor.Create(ref value, items.Length);
        items.CopyTo(editor.Values);
        value = editor.Commit();
    };

    private static ValueGetter<VBuffer<T>> BufferGetter<T>(Func<VBuffer<T>> read) =>
        (ref VBuffer<T> value) => read().CopyTo(ref value);

    // A member marked as a key holds 0 for the first category; the column holds 1 for it, and 0 for anything out of range.
    private static ValueGetter<T> KeyGetter<T>(Func<T> read, KeyDataViewType type)
    {
        Runtime.Contracts.Check(typeof(T) != typeof(ushort), "Members of type UInt16 cannot be read as keys");
        return (ref T value) =>
        {
            ulong category = Convert.ToUInt64(read());
            value = (T)Convert.ChangeType(category < type.Count ? category + 1 : 0, typeof(T));
        };
    }
}
