using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>A session, the file it came from, and what goes in and out of it.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession session;
    private readonly FileStream held;
    private readonly OnnxVariable[] initializers;

    public OnnxModel(IHostEnvironment env, OnnxSource source, OnnxSettings settings)
    {
        string file = source.GetFile(env);
        // Held open for the model's life. A file of our own goes when this is closed, by Dispose or by its finaliser.
        held = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 4096,
            source.IsOwned ? FileOptions.DeleteOnClose : FileOptions.None);
        try
        {
            session = OnnxSession.Create(env, file, settings);
            Inputs = Variables(session.InputMetadata, settings);
            Outputs = Variables(session.OutputMetadata, settings);
            initializers = Variables(session.OverridableInitializerMetadata, settings);
            SlotNames = OnnxSlotNames.Read(file);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public OnnxVariable[] Inputs { get; }

    public OnnxVariable[] Outputs { get; }

    /// <summary>By column, the names that the graph carries for the slots of its vector.</summary>
    public IReadOnlyDictionary<string, string[]> SlotNames { get; }

    public OnnxVariable GetInput(string name) =>
        Array.Find(Inputs, input => input.Name == name)
        ?? Array.Find(initializers, initializer => initializer.Name == name)
        ?? throw Contracts.ExceptParam(nameof(name), $"Input tensor, {name}, does not exist in the ONNX model. "
            + $"Available input names are [{Names(Inputs)}]. Available initializers are [{Names(initializers)}]");

    public OnnxVariable GetOutput(string name) =>
        Array.Find(Outputs, output => output.Name == name)
        ?? throw Contracts.ExceptParam(nameof(name), $"Ouput tensor, {name}, does not exist in the ONNX model. Available output names are [{Names(Outputs)}].");

    public IDisposableReadOnlyCollection<DisposableNamedOnnxValue> Run(IReadOnlyCollection<NamedOnnxValue> inputs, IReadOnlyCollection<string> outputs) =>
        session.Run(inputs, outputs);

    /// <summary>The file as it is now, in the form that the real transformer gives it in a saved model: its length first.</summary>
    public void SaveTo(Stream destination)
    {
        using FileStream file = File.OpenRead(held.Name);
        destination.Write(BitConverter.GetBytes(checked((int)file.Length)));
        file.CopyTo(destination);
    }

    public void Dispose()
    {
        session?.Dispose();
        held.Dispose();
    }

    private static OnnxVariable[] Variables(IReadOnlyDictionary<string, NodeMetadata> metadata, OnnxSettings settings) =>
        metadata.Where(pair => !IsUnused(pair.Key)).Select(pair => OnnxVariable.Of(pair.Key, pair.Value, settings.Shapes)).ToArray();

    // ML.NET's own exporter leaves such names behind.
    private static bool IsUnused(string name) =>
        name.StartsWith("mlnet.", StringComparison.Ordinal)
        && (name.EndsWith(".unusedInput", StringComparison.Ordinal) || name.EndsWith(".unusedOutput", StringComparison.Ordinal));

    private static string Names(OnnxVariable[] variables) => string.Join(",", variables.Select(variable => variable.Name));
}
