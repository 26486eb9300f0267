using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>Knows the assemblies in which a loaded model finds its custom mappings.</summary>
public sealed class ComponentCatalog
{
    private readonly HashSet<Assembly> assemblies = new();

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        Contracts.CheckValue(assembly, nameof(assembly));
        lock (assemblies)
            assemblies.Add(assembly);
    }

    internal IReadOnlyList<Assembly> RegisteredAssemblies
    {
        get
        {
            lock (assemblies)
                return assemblies.ToArray();
        }
    }
}
