using System.Globalization;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx.Tiling;

/// <summary>
/// A pass as a model of its own: what it reads are inputs, and a normalisation is a multiplication and an addition by channel whose
/// numbers are inputs too.
/// </summary>
internal static class PassModel
{
    /// <summary>An input that holds 1/√(σ² + ε), and one that holds −μ/√(σ² + ε), times the node's own scale, plus its bias.</summary>
    public static (string Factor, string Summand) Coefficients(NodeProto norm) => ($"{norm.Output[0]}/tiling_factor", $"{norm.Output[0]}/tiling_summand");

    /// <summary>What a normalisation's own scale and bias are; null where the graph computes them.</summary>
    public static (float[] Scale, float[] Bias)? Affine(NodeProto norm, TilingGraph graph) =>
        graph.Floats(norm.Input[1]) is { } scale && graph.Floats(norm.Input[2]) is { } bias ? (scale, bias) : null;

    public static byte[] Build(TilingPass pass, TilingGraph graph)
    {
        ModelProto model = graph.Model.Clone();
        model.MetadataProps.Clear();
        GraphProto part = model.Graph;
        part.Node.Clear();
        part.Input.Clear();
        part.Output.Clear();
        part.ValueInfo.Clear();
        var read = new HashSet<string>();
        foreach (NodeProto node in pass.Nodes)
        {
            if (graph.IsNorm(node)) AddNormalization(part, node, graph);
            else part.Node.Add(node.Clone());
        }

        // An output of a model is a node's result, even where it is read as it is.
        string target = OutputOf(pass);
        if (target != pass.Target) part.Node.Add(Node("Identity", target, pass.Target));
        read.UnionWith(part.Node.SelectMany(node => node.Input));
        part.Output.AddRange(Outputs(pass).Select(name => new ValueInfoProto { Name = name }));
        foreach (string source in pass.Sources) part.Input.Add(source == graph.Picture.Name ? graph.Picture.Clone() : Planes(source, graph.Find(source)!.Channels));
        part.Input.AddRange(graph.OtherInputs.Where(input => read.Contains(input.Name)).Select(input => input.Clone()));
        foreach (NodeProto norm in pass.Nodes.Where(graph.IsNorm))
        {
            (string factor, string summand) = Coefficients(norm);
            part.Input.Add(Column(factor, graph.Find(norm.Input[0])!.Channels));
            part.Input.Add(Column(summand, graph.Find(norm.Input[0])!.Channels));
        }

        UnusedParts.Remove(part);
        return model.ToByteArray();
    }

    /// <summary>The model's outputs: the target, then what is kept.</summary>
    public static string[] Outputs(TilingPass pass) => [OutputOf(pass), .. pass.Kept.Where(name => name != pass.Target)];

    private static string OutputOf(TilingPass pass) => pass.Sources.Contains(pass.Target) ? $"{pass.Target}/tiling_again" : pass.Target;

    private static void AddNormalization(GraphProto part, NodeProto norm, TilingGraph graph)
    {
        (string factor, string summand) = Coefficients(norm);
        string output = norm.Output[0];
        bool folded = Affine(norm, graph) is not null;
        part.Node.Add(Node("Mul", $"{output}/tiling_scaled", norm.Input[0], factor));
        part.Node.Add(Node("Add", folded ? output : $"{output}/tiling_normal", $"{output}/tiling_scaled", summand));
        if (folded) return;

        string shape = $"{output}/tiling_shape";
        var tensor = new TensorProto { Name = shape, DataType = (int)OnnxElementType.Int64 };
        tensor.Dims.Add(4);
        tensor.Int64Data.AddRange([1, -1, 1, 1]);
        part.Initializer.Add(tensor);
        part.Node.Add(Node("Reshape", $"{output}/tiling_scale", norm.Input[1], shape));
        part.Node.Add(Node("Reshape", $"{output}/tiling_bias", norm.Input[2], shape));
        part.Node.Add(Node("Mul", $"{output}/tiling_sized", $"{output}/tiling_normal", $"{output}/tiling_scale"));
        part.Node.Add(Node("Add", output, $"{output}/tiling_sized", $"{output}/tiling_bias"));
    }

    private static NodeProto Node(string operation, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = operation, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }

    private static ValueInfoProto Planes(string name, long channels) => Describe(name, 1, channels, null, null);

    private static ValueInfoProto Column(string name, long channels) => Describe(name, 1, channels, 1, 1);

    private static ValueInfoProto Describe(string name, params long?[] lengths)
    {
        var shape = new TensorShapeProto();
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            shape.Dim.Add(lengths[axis] is { } length
                ? new TensorShapeProto.Types.Dimension { DimValue = length }
                : new TensorShapeProto.Types.Dimension { DimParam = string.Create(CultureInfo.InvariantCulture, $"{name}/{axis}") });
        }

        return Protos.Value(name, OnnxElementType.Float, shape);
    }
}

/// <summary>A model in ONNX Runtime, made when it is first needed, that gives its memory back after every tile. Several threads may run it at once.</summary>
internal sealed class PassSession(Func<byte[]> model, PassEngine engine, IReadOnlyList<string> outputs) : IDisposable
{
    private readonly Lazy<InferenceSession> session = new(() => Open(model(), engine));

    public IReadOnlyList<string> Outputs => outputs;

    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyDictionary<string, OrtValue> feeds)
    {
        using var run = new RunOptions();
        return session.Value.Run(run, feeds, outputs);
    }

    /// <summary>Makes it now.</summary>
    public void Prepare() => _ = session.Value;

    public void Dispose()
    {
        if (session.IsValueCreated) session.Value.Dispose();
    }

    private static InferenceSession Open(byte[] model, PassEngine engine)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = engine.Threads,
            InterOpNumThreads = 1,
            // An arena keeps the most that was ever used.
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Between tiles the threads would only take time from the copying.
        options.LetThreadsSleep();
        if (engine.Gpu is { } gpu) options.AppendExecutionProvider_CUDA(gpu);
        return new InferenceSession(model, options);
    }
}

/// <summary>What ONNX Runtime runs a pass with.</summary>
/// <param name="Threads">Of the processor; 0: one a core.</param>
/// <param name="Gpu">Null: the processor.</param>
internal readonly record struct PassEngine(int Threads, int? Gpu = null);
