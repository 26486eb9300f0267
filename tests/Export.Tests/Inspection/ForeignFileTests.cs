using Google.Protobuf;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using MLNetGen.Tests;

namespace MLNetGen.Export.Tests;

/// <summary>Files that other programs write, and files that are none.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // Embedding, attention, a bidirectional LSTM: weights that reach their nodes through slices, transpositions and concatenations.
    [PythonFact("torch")]
    public void A_file_of_PyTorchs_has_the_parameters_of_its_module()
    {
        string path = Path.Combine(folder, "torch.onnx");
        var python = new PythonProcess("""
            import sys, warnings, torch
            from torch import nn
            warnings.simplefilter("ignore")
            class Tagger(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.words = nn.Embedding(50, 16)
                    self.block = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
                    self.lstm = nn.LSTM(16, 8, bidirectional=True, batch_first=True)
                    self.tags = nn.Linear(16, 3)
                def forward(self, x):
                    return self.tags(self.lstm(self.block(self.words(x)))[0])
            for line in sys.stdin:
                net = Tagger()
                torch.onnx.export(net, torch.zeros(1, 7, dtype=torch.long), line.strip(), input_names=["words"], output_names=["tags"],
                    dynamic_axes={"words": {0: "batch", 1: "length"}}, training=torch.onnx.TrainingMode.PRESERVE)
                print(sum(weight.numel() for weight in net.parameters()), flush=True)
            """);
        long parameters = long.Parse(python.Ask(path));

        OnnxSummary summary = OnnxSummary.Read(path, size: 7);

        Assert.Equal(parameters, summary.Parameters);
        Assert.Null(summary.ShapesMissing);
        Assert.Equal("pytorch", summary.Producer);
        Assert.Equal(["batch", "length"], summary.Inputs[0].Shape!);
        OnnxLayer lstm = Assert.Single(summary.Layers, layer => layer.Operator == "LSTM");
        Assert.Equal("hidden=8 bidirectional", lstm.Settings);
        // Two directions, four gates of 8 units: 16 inputs, 8 states and two biases each; at 7 steps.
        Assert.Equal(2 * 4 * 8 * (16 + 8 + 2), lstm.Parameters);
        Assert.Equal(7 * 2 * 4 * 8 * (16 + 8 + 2), lstm.MultiplyAdds);
        OnnxLayer tags = Assert.Single(summary.Layers, layer => layer.Name == "tags" && layer.Operator == "MatMul");
        Assert.Equal(7 * 16 * 3, tags.MultiplyAdds);
    }

    [Fact]
    public void Two_activations_multiplied_cost_rows_columns_and_inner_length()
    {
        ModelProto model = Model([("a", [2, 3, 4]), ("b", [2, 4, 5])], Node("MatMul", ["a", "b"], "y"));
        OnnxLayer layer = Assert.Single(Read(model).Layers);
        Assert.Equal(0, layer.Parameters);
        Assert.Equal(2 * 3 * 4 * 5, layer.MultiplyAdds);
    }

    [Fact]
    public void Einsum_costs_the_product_of_its_letters()
    {
        NodeProto einsum = Node("Einsum", ["a", "b"], "y");
        einsum.Attribute.Add(new AttributeProto { Name = "equation", Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8("bij, bjk -> bik") });
        Assert.Equal(2 * 3 * 4 * 5, Read(Model([("a", [2, 3, 4]), ("b", [2, 4, 5])], einsum)).MultiplyAdds);
    }

    [Fact]
    public void An_unknown_operator_is_listed_with_the_reason_why_shapes_are_missing()
    {
        NodeProto odd = Node("Frobnicate", ["x", "w"], "y");
        odd.Domain = "com.example";
        ModelProto model = Model([("x", [1, 4])], odd);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.example", Version = 3 });
        model.Graph.Initializer.Add(Weight("w", 4, 5));
        OnnxSummary summary = Read(model);
        OnnxLayer layer = Assert.Single(summary.Layers);
        Assert.Equal("com.example.Frobnicate", layer.Operator);
        Assert.Equal(20, layer.Parameters);
        Assert.Null(layer.OutputShape);
        Assert.Contains("Frobnicate", summary.ShapesMissing);
        Assert.Equal(3, summary.Opsets["com.example"]);
    }

    [Fact]
    public void What_needs_a_missing_shape_has_unknown_cost_and_not_none()
    {
        NodeProto odd = Node("Frobnicate", ["x"], "h");
        odd.Domain = "com.example";
        ModelProto model = Model([("x", [1, 4])], odd, Node("MatMul", ["h", "w"], "y"));
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.example", Version = 3 });
        model.Graph.Initializer.Add(Weight("w", 4, 5));
        OnnxSummary summary = Read(model);
        Assert.Null(summary.Layers[1].MultiplyAdds);
        Assert.Null(summary.MultiplyAdds);
        Assert.Equal(20, summary.Parameters);
    }

    // Padding of 100,000 pixels on every side makes 40 billion values: ONNX Runtime would ask for 150 GiB.
    [Fact]
    public void A_file_whose_values_would_fill_the_memory_is_not_run()
    {
        NodeProto convolution = Node("Conv", ["x", "w"], "y");
        convolution.Attribute.Add(new AttributeProto { Name = "pads", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 100_000, 100_000, 100_000, 100_000 } });
        ModelProto model = Model([("x", [1, 1, 8, 8])], convolution);
        model.Graph.Initializer.Add(Weight("w", 1, 1, 3, 3));
        OnnxSummary summary = Read(model);
        Assert.Null(Assert.Single(summary.Layers).OutputShape);
        Assert.Equal(9, summary.Parameters);
        Assert.Contains("its values would take 152,597 MiB", summary.ShapesMissing);
    }

    [Fact]
    public void Declared_shapes_are_enough_without_a_run()
    {
        NodeProto odd = Node("Frobnicate", ["x"], "h");
        odd.Domain = "com.example";
        ModelProto model = Model([("x", [1, 4])], odd, Node("Relu", ["h"], "y"));
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.example", Version = 3 });
        model.Graph.ValueInfo.Add(Value("h", [1, 6]));
        model.Graph.Output.Clear();
        model.Graph.Output.Add(Value("y", [1, 6]));
        OnnxSummary summary = Read(model);
        Assert.Null(summary.ShapesMissing);
        Assert.Equal([1, 6], summary.Layers[0].OutputShape!);
    }

    [Fact]
    public void Branches_are_listed_below_their_node_and_their_weights_counted()
    {
        GraphProto then = Branch("then_y", Node("MatMul", ["x", "w"], "then_y")), other = Branch("else_y", Node("MatMul", ["x", "inner"], "else_y"));
        other.Initializer.Add(Weight("inner", 4, 5));
        NodeProto choose = Node("If", ["condition"], "y");
        choose.Attribute.Add(new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.AttributeType.Graph, G = then });
        choose.Attribute.Add(new AttributeProto { Name = "else_branch", Type = AttributeProto.Types.AttributeType.Graph, G = other });
        ModelProto model = Model([("x", [1, 4])], choose);
        model.Graph.Input.Add(new ValueInfoProto { Name = "condition", Type = new() { TensorType = new() { ElemType = (int)OnnxElementType.Bool, Shape = new() } } });
        model.Graph.Initializer.Add(Weight("w", 4, 5));
        OnnxSummary summary = Read(model);
        Assert.Null(summary.ShapesMissing);
        Assert.Equal([("If", 0), ("MatMul", 1), ("MatMul", 1)], summary.Layers.Select(layer => (layer.Operator, layer.Depth)));
        Assert.Equal("2 subgraphs", summary.Layers[0].Settings);
        Assert.Equal(40, summary.Parameters);
        Assert.Equal("scalar", summary.Inputs[1].ShapeText);
    }

    [Fact]
    public void Weights_in_a_file_of_their_own_need_not_be_there()
    {
        ModelProto model = Model([("x", [1, 40])], Node("Gemm", ["x", "w", "b"], "y"));
        TensorProto w = Weight("w", 40, 50), b = Weight("b", 50);
        foreach (TensorProto tensor in (TensorProto[])[w, b])
        {
            tensor.ClearRawData();
            tensor.DataLocation = 1;
        }
        model.Graph.Initializer.Add(w);
        model.Graph.Initializer.Add(b);
        OnnxSummary summary = Read(model);
        Assert.Null(summary.ShapesMissing);
        Assert.Equal([1, 50], summary.Layers[0].OutputShape!);
        Assert.Equal(41 * 50, summary.Parameters);
        Assert.Equal(41 * 50, summary.MultiplyAdds);
    }

    [Fact]
    public void Weights_in_Constant_nodes_are_parameters_of_the_layer_that_reads_them()
    {
        NodeProto constant = Node("Constant", [], "w"), scale = Node("Constant", [], "scale");
        constant.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = Weight("", 4, 5) });
        scale.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = Weight("", 1, 4) });
        OnnxSummary summary = Read(Model([("x", [1, 4])], constant, scale, Node("Mul", ["x", "scale"], "h"), Node("MatMul", ["h", "w"], "y")));
        Assert.Equal([("Mul", 0L), ("MatMul", 20L)], summary.Layers.Where(layer => !layer.IsBookkeeping).Select(layer => (layer.Operator, layer.Parameters)));
    }

    // Before version 4 of the format every stored tensor was listed as an input.
    [Fact]
    public void Stored_tensors_among_the_inputs_are_no_inputs()
    {
        ModelProto model = Model([("x", [1, 40]), ("w", [40, 50])], Node("MatMul", ["x", "w"], "y"));
        model.IrVersion = 3;
        model.Graph.Initializer.Add(Weight("w", 40, 50));
        OnnxSummary summary = Read(model);
        Assert.Equal(["x"], summary.Inputs.Select(input => input.Name));
        Assert.Equal((2000L, 2000L, null), (summary.Parameters, summary.MultiplyAdds, summary.ShapesMissing));
    }

    [Fact]
    public void Scalars_and_sizes_are_no_parameters()
    {
        ModelProto model = Model([("x", [1, 3, 4, 4])], Node("Mul", ["x", "factor"], "h"), Node("Resize", ["h", "", "scales"], "y"));
        model.Graph.Initializer.Add(Weight("factor"));
        TensorProto scales = Weight("scales", 4);
        scales.RawData = ByteString.CopyFrom(((float[])[1, 1, 2, 2]).SelectMany(BitConverter.GetBytes).ToArray());
        model.Graph.Initializer.Add(scales);
        OnnxSummary summary = Read(model);
        Assert.Equal(0, summary.Parameters);
        Assert.Equal([1, 3, 8, 8], summary.Layers[1].OutputShape!);
        Assert.Equal(20, summary.WeightBytes);
    }

    public static TheoryData<string, byte[]> NoModels => new()
    {
        { "empty", [] },
        { "text", "# A page about models\n"u8.ToArray() },
        { "json", """{ "family": "vae" }"""u8.ToArray() },
        { "no graph", new ModelProto { IrVersion = 8 }.ToByteArray() },
        { "cut", Model([("x", [1, 4])], Node("Relu", ["x"], "y")).ToByteArray()[..^9] },
    };

    [Theory]
    [MemberData(nameof(NoModels))]
    public void What_is_no_model_is_named_with_what_to_give_instead(string name, byte[] bytes)
    {
        string path = Path.Combine(folder, $"{name}.onnx");
        File.WriteAllBytes(path, bytes);
        string message = Assert.Throws<InvalidDataException>(() => OnnxSummary.Read(path)).Message;
        Assert.Contains(path, message);
        Assert.Contains("is not an ONNX file", message);
        Assert.Contains("Give a file that an ONNX exporter wrote", message);
    }

    [Fact]
    public void Any_bytes_are_a_model_or_a_clear_error()
    {
        var random = new Random(1);
        byte[] whole = Model([("x", [1, 4])], Node("Relu", ["x"], "h"), Node("Exp", ["h"], "y")).ToByteArray();
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            byte[] bytes = [.. whole];
            for (int n = random.Next(1, 6); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                OnnxSummary.Read(new MemoryStream(bytes));
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1, 299);
    }

    private OnnxSummary Read(ModelProto model)
    {
        string path = Path.Combine(folder, "foreign.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return OnnxSummary.Read(path);
    }

    private static ModelProto Model((string Name, long[] Shape)[] inputs, params NodeProto[] nodes)
    {
        var graph = new GraphProto { Name = "foreign" };
        graph.Node.AddRange(nodes);
        graph.Input.AddRange(inputs.Select(input => Value(input.Name, input.Shape)));
        graph.Output.Add(new ValueInfoProto { Name = nodes[^1].Output[0], Type = new() { TensorType = new() { ElemType = (int)OnnxElementType.Float } } });
        var model = new ModelProto { IrVersion = 8, ProducerName = "another", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        return model;
    }

    private static GraphProto Branch(string output, NodeProto node)
    {
        var graph = new GraphProto { Name = output };
        graph.Node.Add(node);
        graph.Output.Add(new ValueInfoProto { Name = output, Type = new() { TensorType = new() { ElemType = (int)OnnxElementType.Float } } });
        return graph;
    }

    private static NodeProto Node(string operation, string[] inputs, string output)
    {
        var node = new NodeProto { OpType = operation };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }

    private static ValueInfoProto Value(string name, long[] shape)
    {
        var axes = new TensorShapeProto();
        axes.Dim.AddRange(shape.Select(length => new TensorShapeProto.Types.Dimension { DimValue = length }));
        return new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = (int)OnnxElementType.Float, Shape = axes } } };
    }

    private static TensorProto Weight(string name, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)OnnxElementType.Float };
        tensor.Dims.AddRange(shape);
        tensor.RawData = ByteString.CopyFrom(new byte[sizeof(float) * shape.Aggregate(1L, (a, b) => a * b)]);
        return tensor;
    }
}
