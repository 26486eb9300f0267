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

    /// <summary>The modules whose calls become nodes, in order of registration.</summary>
    public IReadOnlyList<Module> Leaves => leaves;

    public IReadOnlyDictionary<Tensor, string> Weights => weights;

    public string PathOf(Module module) => paths[module].Length == 0 ? module.GetName() : paths[module];

    public IEnumerable<(string Path, Tensor Tensor)> AllWeights => weights.Select(pair => (pair.Value, pair.Key));

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
