using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules by number; what calls them is up to the module that holds the list.</summary>
public class ModuleList<T> : nn.Module, IList<T>
    where T : nn.Module
{
    private readonly List<T> items = [];
    private bool isRegistered;

    public ModuleList(params T[] modules)
        : base("ModuleList") => items.AddRange(modules);

    public int Count => items.Count;

    public bool IsReadOnly => false;

    public T this[int index]
    {
        get => items[index];
        set => items[index] = value;
    }

    // Later additions are not seen, as in the real one.
    protected override void RegisterComponents()
    {
        if (isRegistered)
            return;
        for (int i = 0; i < items.Count; i++)
            register_module($"{i}", items[i]);
        isRegistered = true;
    }

    public void Add(T item) => items.Add(item);

    public void append(params T[] parameters) => items.AddRange(parameters);

    public void extend(IEnumerable<T> modules) => items.AddRange(modules);

    public void Insert(int index, T item) => items.Insert(index, item);

    public bool Remove(T item) => items.Remove(item);

    public void RemoveAt(int index) => items.RemoveAt(index);

    public void Clear() => items.Clear();

    public bool Contains(T item) => items.Contains(item);

    public int IndexOf(T item) => items.IndexOf(item);

    public void CopyTo(T[] array, int arrayIndex) => items.CopyTo(array, arrayIndex);

    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
