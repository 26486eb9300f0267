using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Runs an ONNX model over each row. Cursors may run at once: each keeps its own outputs.</summary>
public sealed class OnnxTransformer : RowToRowTransformerBase, ITransformerLoader, IDisposable
{
    private const string ModelBlob = "OnnxModel";
    private readonly OnnxSettings settings;

    internal OnnxTransformer(IHostEnvironment env, OnnxSource source, string[] inputs, string[] outputs, OnnxSettings settings)
        : base(env.Register(nameof(OnnxTransformer)))
    {
        CheckNames(inputs, "InputColumns");
        CheckNames(outputs, "OutputColumns");
        this.settings = settings;
        try
        {
            Model = new OnnxModel(env, source, settings);
        }
        catch (OnnxRuntimeException e)
        {
            throw Contracts.Except($"Error initializing model :{e}", e);
        }
        Inputs = inputs.Length > 0 ? inputs : Model.Inputs.Select(input => input.Name).ToArray();
        Outputs = outputs.Length > 0 ? outputs : Model.Outputs.Select(output => output.Name).ToArray();
        OutputTypes = Outputs.Select(name => Model.GetOutput(name).Type).ToArray();
    }

    internal OnnxModel Model { get; }

    internal string[] Inputs { get; }

    internal string[] Outputs { get; }

    internal DataViewType[] OutputTypes { get; }

    public void Dispose() => Model.Dispose();

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        string[] inputs = ReadNames(ctx);
        string[] outputs = ReadNames(ctx);
        var shapes = new Dictionary<string, int[]>();
        for (int left = ctx.ReadCount(); left > 0; left--)
        {
            string name = ctx.Reader.ReadString();
            var shape = new int[ctx.ReadCount()];
            for (int i = 0; i < shape.Length; i++)
                shape[i] = ctx.Reader.ReadInt32();
            shapes[name] = shape;
        }
        var settings = new OnnxSettings { Shapes = shapes, RecursionLimit = ctx.Reader.ReadInt32() };
        // The device is not the model's but the machine's: it comes from the context.
        if (env is IHostEnvironmentInternal context)
            settings = settings with { GpuDeviceId = context.GpuDeviceId, FallbackToCpu = context.FallbackToCpu };
        using Stream model = OpenModel(ctx);
        return new OnnxTransformer(env, new OnnxSource(model, owned: true), inputs, outputs, settings);
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new OnnxMapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<OnnxTransformer>();
        ctx.SaveBlob(ModelBlob, Model.SaveTo);
        WriteNames(ctx, Inputs);
        WriteNames(ctx, Outputs);
        ctx.Writer.Write(settings.Shapes.Count);
        foreach ((string name, int[] shape) in settings.Shapes)
        {
            ctx.Writer.Write(name);
            ctx.Writer.Write(shape.Length);
            foreach (int dimension in shape)
                ctx.Writer.Write(dimension);
        }
        ctx.Writer.Write(settings.RecursionLimit);
    }

    private static MemoryStream OpenModel(ModelLoadContext ctx)
    {
        using Stream blob = ctx.OpenBlob(ModelBlob);
        using var reader = new BinaryReader(blob);
        int length = reader.ReadInt32();
        byte[] bytes = reader.ReadBytes(Math.Max(length, 0));
        Contracts.CheckDecode(bytes.Length == length && blob.Position == blob.Length, $"The saved model's '{ModelBlob}' is not as long as it says");
        return new MemoryStream(bytes);
    }

    private static void CheckNames(string[] names, string option)
    {
        foreach (string name in names)
            Contracts.CheckNonEmpty(name?.Trim(), option);
    }

    private static void WriteNames(ModelSaveContext ctx, string[] names)
    {
        ctx.Writer.Write(names.Length);
        foreach (string name in names)
            ctx.Writer.Write(name);
    }

    private static string[] ReadNames(ModelLoadContext ctx)
    {
        var names = new string[ctx.ReadCount()];
        for (int i = 0; i < names.Length; i++)
            names[i] = ctx.Reader.ReadString();
        return names;
    }
}
