using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Reads a custom mapping back: its contract names a factory, which makes it anew.</summary>
internal sealed class CustomMappingLoader : ITransformerLoader
{
    public static void Save(ModelSaveContext ctx, string contractName, Assembly assembly)
    {
        ctx.SetLoader<CustomMappingLoader>();
        ctx.Writer.Write(contractName);
        ctx.Writer.Write(assembly.FullName);
    }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        string contract = ctx.Reader.ReadString();
        env.ComponentCatalog.RegisterAssembly(Assembly.Load(ctx.Reader.ReadString()));
        Type type = env.ComponentCatalog.RegisteredAssemblies
            .SelectMany(assembly => assembly.GetTypes())
            .FirstOrDefault(type => type.GetCustomAttribute<CustomMappingFactoryAttributeAttribute>()?.ContractName == contract);
        Contracts.Check(type != null,
            $"Unable to locate an extension for the contract '{contract}'. Ensure you have called {nameof(ComponentCatalog)}.{nameof(ComponentCatalog.RegisterAssembly)} with the Assembly that contains a class decorated with a '{typeof(CustomMappingFactoryAttributeAttribute).FullName}'.");
        return Activator.CreateInstance(type) is ICustomMappingFactory factory
            ? factory.CreateTransformer(env, contract)
            : throw Contracts.Except($"The class with contract '{contract}' must derive from '{typeof(CustomMappingFactory<,>).FullName}'.");
    }
}
