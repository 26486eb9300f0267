using System.Collections;
using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules by name, in the order in which they were added.</summary>
public class ModuleDict<T> : nn.Module, IDictionary<string, T>, IList<(string, T)>
    where T : nn.Module
{
    private readonly OrderedDictionary<string, T> modulesByName = [];
    private bool isRegistered;

    public ModuleDict()
        : base("ModuleDict")
    {
    }

    public int Count => modulesByName.Count;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => [.. modulesByName.Keys];

    public ICollection<T> Values => [.. modulesByName.Values];

    public T this[string key]
    {
        get => modulesByName[key];
        set => modulesByName[key] = value;
    }

    public (string, T) this[int index]
    {
        get => Pair(modulesByName.GetAt(index));
        set => modulesByName.SetAt(index, value.Item1, value.Item2);
    }

    protected override void RegisterComponents()
    {
        if (isRegistered)
            return;
        foreach (var (name, module) in modulesByName)
            register_module(name, module);
        isRegistered = true;
    }

    public IEnumerator<(string, T)> items() => GetEnumerator();

    public IEnumerable<string> keys() => modulesByName.Keys;

    public IEnumerable<T> values() => modulesByName.Values;

    public void clear() => modulesByName.Clear();

    public void Clear() => modulesByName.Clear();

    public void Add((string, T) item) => modulesByName.Add(item.Item1, item.Item2);

    public void Add(string key, T value) => modulesByName.Add(key, value);

    public void Add(KeyValuePair<string, T> item) => modulesByName.Add(item.Key, item.Value);

    public void Insert(int index, (string, T) item) => modulesByName.Insert(index, item.Item1, item.Item2);

    public bool Contains((string, T) item) => IndexOf(item) >= 0;

    public bool Contains(KeyValuePair<string, T> item) => modulesByName.ContainsKey(item.Key);

    public bool ContainsKey(string key) => modulesByName.ContainsKey(key);

    public int IndexOf((string, T) item)
    {
        int index = modulesByName.IndexOf(item.Item1);
        return index >= 0 && ReferenceEquals(modulesByName.GetAt(index).Value, item.Item2) ? index : -1;
    }

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => modulesByName.TryGetValue(key, out value);

    public bool Remove((string, T) item) => modulesByName.Remove(item.Item1);

    public bool Remove(string key) => modulesByName.Remove(key);

    public bool Remove(KeyValuePair<string, T> item) => modulesByName.Remove(item.Key);

    public void RemoveAt(int index) => modulesByName.RemoveAt(index);

    public void CopyTo((string, T)[] array, int arrayIndex)
    {
        foreach (var item in modulesByName)
            array[arrayIndex++] = Pair(item);
    }

    public void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex)
    {
        foreach (var item in modulesByName)
            array[arrayIndex++] = item;
    }

    public IEnumerator<(string, T)> GetEnumerator() => modulesByName.Select(Pair).GetEnumerator();

    IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator() => modulesByName.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static (string, T) Pair(KeyValuePair<string, T> item) => (item.Key, item.Value);
}
