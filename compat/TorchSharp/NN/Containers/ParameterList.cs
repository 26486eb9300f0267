using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Parameters by number.</summary>
public class ParameterList : nn.Module, IList<Parameter>
{
    private readonly List<Parameter> items = [];
    private bool isRegistered;

    public ParameterList(params Parameter[] parameters)
        : base(nameof(ParameterList)) => items.AddRange(parameters);

    public int Count => items.Count;

    public bool IsReadOnly => false;

    public Parameter this[int index]
    {
        get => items[index];
        set => items[index] = value;
    }

    protected override void RegisterComponents()
    {
        if (isRegistered)
            return;
        for (int i = 0; i < items.Count; i++)
            register_parameter($"{i}", items[i]);
        isRegistered = true;
    }

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
        items.Select((parameter, i) => ($"{i}", parameter));

    public override bool has_parameter(string target) => get_parameter(target) is not null;

    public override Parameter? get_parameter(string target) =>
        int.TryParse(target, out int index) && index >= 0 && index < items.Count ? items[index] : null;

    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        for (int i = 0; i < items.Count; i++)
        {
            if (!ReplaceParameter(dtype, device, items[i], out var replacement))
                continue;
            items[i].Dispose();
            items[i] = replacement!;
            if (isRegistered)
                ConditionallyRegisterParameter($"{i}", replacement);
        }
        if (device is not null)
        {
            _deviceType = device.type;
            _deviceIndex = device.index;
        }
    }

    public void Add(Parameter item) => items.Add(item);

    public void append(params Parameter[] parameters) => items.AddRange(parameters);

    public void extend(IEnumerable<Parameter> parameters) => items.AddRange(parameters);

    public void Insert(int index, Parameter item) => items.Insert(index, item);

    public bool Remove(Parameter item) => items.Remove(item);

    public void RemoveAt(int index) => items.RemoveAt(index);

    public void Clear() => items.Clear();

    public bool Contains(Parameter item) => items.Contains(item);

    public int IndexOf(Parameter item) => items.IndexOf(item);

    public void CopyTo(Parameter[] array, int arrayIndex) => items.CopyTo(array, arrayIndex);

    public IEnumerator<Parameter> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
