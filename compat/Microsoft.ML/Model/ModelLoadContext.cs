using System.IO.Compression;
using System.Reflection;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Reads one model's folder of the zip; the mirror image of <see cref="ModelSaveContext"/>.</summary>
internal sealed class ModelLoadContext : IDisposable
{
    private readonly ZipArchive archive;
    private readonly string folder;

    private ModelLoadContext(ZipArchive archive, string folder)
    {
        this.archive = archive;
        this.folder = folder;
        Reader = new BinaryReader(new MemoryStream(ReadAll(archive, folder + ModelLayout.Data)), Encoding.UTF8);
    }

    public BinaryReader Reader { get; }

    public string ReadStringOrNull() => Reader.ReadBoolean() ? Reader.ReadString() : null;

    /// <summary>A count written by a saver; garbage is refused before it becomes an allocation.</summary>
    public int ReadCount()
    {
        int count = Reader.ReadInt32();
        Contracts.CheckDecode(count >= 0 && count <= Reader.BaseStream.Length, $"The saved model holds an impossible count: {count}");
        return count;
    }

    public TModel LoadModel<TModel>(IHostEnvironment env, string name)
        where TModel : class, ITransformer =>
        Load(env, archive, $"{folder}{name}/") as TModel
            ?? throw Contracts.ExceptDecode($"'{folder}{name}' of the saved model is no {typeof(TModel).Name}");

    public Stream OpenBlob(string name) => new MemoryStream(ReadAll(archive, folder + name));

    public static ITransformer Load(IHostEnvironment env, ZipArchive archive, string folder)
    {
        string[] loader = Encoding.UTF8.GetString(ReadAll(archive, folder + ModelLayout.Loader)).Split('\n');
        Contracts.CheckDecode(loader.Length == 2, $"'{folder}' of the saved model names no loader");
        using var context = new ModelLoadContext(archive, folder);
        try
        {
            return FindLoader(loader[0], loader[1])(env, context);
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Contracts.ExceptDecode($"The saved model is damaged in '{folder}': {e.Message}", e);
        }
    }

    public void Dispose() => Reader.Dispose();

    /// <summary>What readers throw at bytes that no saver wrote.</summary>
    internal static bool IsDamage(Exception e) =>
        e is EndOfStreamException or InvalidDataException or OverflowException;

    private static byte[] ReadAll(ZipArchive archive, string name)
    {
        ZipArchiveEntry entry = archive.GetEntry(name)
            ?? throw Contracts.ExceptDecode($"The saved model has no entry '{name}'");
        using Stream stream = entry.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static Func<IHostEnvironment, ModelLoadContext, ITransformer> FindLoader(string typeName, string assemblyName)
    {
        Type type = LoadAssembly(assemblyName, typeName).GetType(typeName);
        if (type == null || !typeof(ITransformerLoader).IsAssignableFrom(type))
            throw Contracts.ExceptDecode($"The saved model needs '{typeName}' of assembly '{assemblyName}', which has no such loader");
        return typeof(ModelLoadContext).GetMethod(nameof(LoadWith), BindingFlags.NonPublic | BindingFlags.Static)
            .MakeGenericMethod(type)
            .CreateDelegate<Func<IHostEnvironment, ModelLoadContext, ITransformer>>();
    }

    private static Assembly LoadAssembly(string assemblyName, string typeName)
    {
        try
        {
            return Assembly.Load(new AssemblyName(assemblyName));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            throw Contracts.Except($"The saved model needs '{typeName}' of assembly '{assemblyName}', which cannot be loaded: reference its package", e);
        }
    }

    private static ITransformer LoadWith<TLoader>(IHostEnvironment env, ModelLoadContext ctx)
        where TLoader : ITransformerLoader => TLoader.Load(env, ctx);
}
