using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules one after another; what passes between them is disposed as soon as the next one has used it.</summary>
public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<(string Name, nn.IModule<Tensor, Tensor> Module)> items = [];

    // The name is libtorch's own, as the real one's is.
    internal Sequential()
        : base("torch::nn::SequentialImpl")
    {
    }

    protected Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules)
        : this()
    {
        foreach (var (name, module) in modules)
            Add(name, module);
    }

    protected Sequential(params nn.Module<Tensor, Tensor>[] modules)
        : this()
    {
        foreach (var module in modules)
            Add(module);
    }

    public int Count => items.Count;

    [IndexerName("SequentialItems")]
    public nn.IModule<Tensor, Tensor> this[int index] => items[index].Module;

    /// <summary>The modules from start (inclusive) to end (exclusive), shared with this one.</summary>
    [IndexerName("SequentialItems")]
    public Sequential this[(int? start, int? end) index]
    {
        get
        {
            int start = index.start ?? 0, end = index.end ?? Count;
            if (start < 0 || start > Count)
                throw new IndexOutOfRangeException($"{start} is not a valid index.");
            if (end < 0 || end > Count)
                throw new IndexOutOfRangeException($"{end} is not a valid index.");

            var part = new Sequential();
            for (int i = start; i < end; i++)
                part.Add(items[i].Name, items[i].Module);
            return part;
        }
    }

    [IndexerName("SequentialItems")]
    public Sequential this[Range index] => this[(index.Start.GetOffset(Count), index.End.GetOffset(Count))];

    public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
    {
        Add(name, module);
        return this;
    }

    public Sequential append(nn.IModule<Tensor, Tensor> module)
    {
        Add(module);
        return this;
    }

    internal void Add(nn.IModule<Tensor, Tensor> module) => Add($"{items.Count}", module);

    internal void Add(string name, nn.IModule<Tensor, Tensor> module) => items.Add((name, module));

    public override Tensor forward(Tensor tensor)
    {
        if (items.Count == 0)
            return tensor.alias();

        var current = items[0].Module.call(tensor);
        for (int i = 1; i < items.Count; i++)
        {
            var next = items[i].Module.call(current);
            current.Dispose();
            current = next;
        }
        return current;
    }

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
    {
        if (!recurse)
            yield break;
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (var (child, module) in named_children())
            foreach (var (name, parameter) in module.named_parameters(true))
                if (seen.Add(parameter))
                    yield return ($"{child}.{name}", parameter);
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_persistent = true)
    {
        if (!recurse)
            yield break;
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var (child, module) in named_children())
            foreach (var (name, buffer) in module.named_buffers(true, include_persistent))
                if (seen.Add(buffer))
                    yield return ($"{child}.{name}", buffer);
    }

    public override IEnumerable<(string name, nn.Module module)> named_children() =>
        items.Select(item => (item.Name, (nn.Module)item.Module));

    public override IEnumerable<(string name, nn.Module module)> named_modules()
    {
        foreach (var named in named_children())
            yield return named;
        foreach (var (child, module) in named_children())
            foreach (var (name, descendant) in module.named_modules())
                yield return ($"{child}.{name}", descendant);
    }

    public override nn.Module apply(Action<nn.Module> fn)
    {
        foreach (var (_, module) in named_children())
            module.apply(fn);
        fn(this);
        return this;
    }

    public override void train(bool on = true) => base.train(on);

    protected internal override nn.Module _to(ScalarType dtype, bool non_blocking)
    {
        foreach (var (_, module) in named_children())
            module._to(dtype, non_blocking);
        return this;
    }

    protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking)
    {
        foreach (var (_, module) in named_children())
            module._to(device, dtype, non_blocking);
        return this;
    }

    protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
    {
        foreach (var (_, module) in named_children())
            module._to(deviceType, deviceIndex, non_blocking);
        return this;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var (_, module) in named_children().ToList())
                module.Dispose();
        base.Dispose(disposing);
    }
}
