using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>A module's descendants, parameters and buffers with their paths; each once, under its first path.</summary>
internal sealed class ModuleTree
{
    private readonly Dictionary<Module, string> paths = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, string> weights = new(TensorIdentity.Comparer);
    private readonly List<Module> leaves = [];

    public ModuleTree(ExportableModule module, Func<Module, bool> isLeaf)
    {
        Root = module.Module;
        Visit(Root, "", isLeaf, insideLeaf: false);
        foreach ((string path, Module added) in module.Added) Visit(added, path, isLeaf, insideLeaf: false);
    }

    public Module Root { get; }

    /// <summary>The module and all in it, with what the file has besides.</summary>
    public IEnumerable<Module> Modules => paths.Keys;

    /// <summary>The modules whose calls become nodes, in order of registration.</summary>
    public IReadOnlyList<Module> Leaves => leaves;

    public IReadOnlyDictionary<Tensor, string> Weights => weights;

    public string PathOf(Module module) => paths[module].Length == 0 ? module.GetName() : paths[module];

    private void Visit(Module module, string path, Func<Module, bool> isLeaf, bool insideLeaf)
    {
        if (!paths.TryAdd(module, path)) return;

        foreach ((string name, Tensor parameter) in module.named_parameters(recurse: false))
            weights.TryAdd(parameter, Join(path, name));
        foreach ((string name, Tensor buffer) in module.named_buffers(recurse: false))
            weights.TryAdd(buffer, Join(path, name));

        bool leaf = isLeaf(module);
        if (leaf && !insideLeaf) leaves.Add(module);
        foreach ((string name, Module child) in module.named_children())
            Visit(child, Join(path, name), isLeaf, insideLeaf || leaf);
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}

/// <summary>
/// Whether two handles are one tensor. TorchSharp gives a new handle whenever a native layer's weight is asked for, and for a tensor set as
/// another layer's; a handle points to libtorch's <c>at::Tensor</c>, whose only field points to the tensor itself.
/// </summary>
internal sealed class TensorIdentity : IEqualityComparer<Tensor>
{
    public static readonly TensorIdentity Comparer = new();

    public bool Equals(Tensor? x, Tensor? y) => ReferenceEquals(x, y) || x is not null && y is not null && Of(x) == Of(y);

    public int GetHashCode([DisallowNull] Tensor obj) => Of(obj).GetHashCode();

    private static IntPtr Of(Tensor tensor) => Marshal.ReadIntPtr(tensor.Handle);
}
