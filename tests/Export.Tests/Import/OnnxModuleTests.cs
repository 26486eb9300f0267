using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Import;

/// <summary>Training of loaded files, batches they were not made for, and files that are refused.</summary>
public sealed class OnnxModuleTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly OnnxFile file = new(), again = new();

    public OnnxModuleTests() => manual_seed(1);

    public void Dispose()
    {
        scope.Dispose();
        file.Dispose();
        again.Dispose();
    }

    [Fact]
    public void Trained_further_it_is_better_and_is_saved_with_what_it_has_learnt()
    {
        using Module<Tensor, Tensor> network = Sequential(
            ("conv", Conv2d(1, 4, 3, padding: 1)), ("norm", BatchNorm2d(4)), ("relu", ReLU()), ("drop", Dropout(0.2)), ("pool", AdaptiveAvgPool2d(2)), ("flat", Flatten()), ("head", Linear(16, 2)));
        OnnxExporter.Export(network, randn(2, 1, 8, 8), file.Path);
        using OnnxModule loaded = OnnxModule.Load(file.Path);
        // Which half is brighter.
        Tensor pictures = rand(32, 1, 8, 8), labels = pictures[.., .., .., ..4].mean([1, 2, 3]).gt(pictures[.., .., .., 4..].mean([1, 2, 3])).to_type(ScalarType.Int64);
        Tensor mean = loaded.get_buffer("norm.running_mean")!.clone();
        double before = Loss();
        using (var optimizer = optim.Adam(loaded.parameters(), 0.02))
        {
            loaded.train();
            for (int step = 0; step < 60; step++)
            {
                optimizer.zero_grad();
                functional.cross_entropy(loaded.call(pictures), labels).backward();
                optimizer.step();
            }

            loaded.eval();
        }

        double after = Loss();
        Assert.True(after < 0.5 * before, $"{before} before, {after} after");
        Assert.False(loaded.get_buffer("norm.running_mean")!.allclose(mean));
        OnnxExporter.Export(loaded, pictures, again.Path);
        Assert.InRange(OnnxCheck.Compare(loaded, again.Path, pictures).MaximumRelativeError, 0, 1e-5);
        using OnnxModule reloaded = OnnxModule.Load(again.Path);
        Assert.True(reloaded.get_parameter("head.weight")!.allclose(loaded.get_parameter("head.weight")!));

        double Loss()
        {
            using (no_grad()) return functional.cross_entropy(loaded.call(pictures), labels).item<float>();
        }
    }

    [Fact]
    public void Training_mode_reaches_dropout()
    {
        new SmallGraph().Input("x", [1, 100]).Stored("ratio", tensor(0.75f)).Node("Dropout", "x ratio", "y").Write(file.Path);
        using OnnxModule loaded = OnnxModule.Load(file.Path);
        Tensor x = ones(1, 10_000);
        Assert.Equal(x, loaded.call(x));
        loaded.train();
        Tensor dropped = loaded.call(x);
        Assert.InRange(dropped.eq(0).to_type(ScalarType.Float32).mean().item<float>(), 0.72, 0.78);
        Assert.Equal(4, dropped.max().item<float>());
    }

    [Theory]
    [InlineData(1, -1)]
    [InlineData(1, 12)]
    [InlineData(-1, 12)]
    [InlineData(0, 12)]
    public void A_shape_written_for_one_row_is_taken_for_any(long first, long second)
    {
        new SmallGraph().Input("x", [1, 3, 4]).Stored("shape", first, second).Node("Reshape", "x shape", "r").Stored("w", randn(12, 5)).Node("MatMul", "r w", "y").Write(file.Path);
        using OnnxModule loaded = OnnxModule.Load(file.Path);
        Assert.Null(loaded.OnlyBatch);
        Tensor x = randn(4, 3, 4);
        Assert.Equal([4, 5], loaded.call(x).shape);
        Assert.True(loaded.call(x)[3].allclose(loaded.call(x.narrow(0, 3, 1))[0], rtol: 1e-4, atol: 1e-5));
    }

    [Fact]
    public void A_graph_that_mixes_its_rows_takes_its_own_number_alone()
    {
        new SmallGraph().Input("x", [2, 3]).Node("ReduceMean", "x", "m", ("axes", (long[])[0])).Node("Sub", "x m", "y").Write(file.Path);
        using OnnxModule loaded = OnnxModule.Load(file.Path);
        Assert.Equal(2, loaded.OnlyBatch);
        Assert.Equal([2, 3], loaded.call(randn(2, 3)).shape);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => loaded.call(randn(4, 3)));
        Assert.Contains("made for 2 row(s)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_inputs_and_outputs_are_run_together()
    {
        new SmallGraph().Input("a", [2, 4]).Input("b", [2, 4]).Node("Add", "a b", "sum").Node("Split", "sum", "left right", ("axis", 1)).Write(file.Path);
        using OnnxModule loaded = OnnxModule.Load(file.Path);
        Assert.Equal(["a", "b"], loaded.InputNames);
        Assert.Equal(["left", "right"], loaded.OutputNames);
        Tensor a = randn(3, 4), b = randn(3, 4);
        Tensor[] outputs = loaded.Run(a, b);
        Assert.Equal((a + b)[.., ..2], outputs[0]);
        Assert.Equal((a + b)[.., 2..], outputs[1]);
        Assert.Equal((a + b), loaded.Values([a, b], ["sum"])[0]);
        Assert.Throws<InvalidOperationException>(() => loaded.call(a));
        Assert.Throws<ArgumentException>(() => loaded.Run(a));
    }

    [Fact]
    public void Weights_in_Constant_nodes_and_behind_transpositions_are_parameters()
    {
        TensorProto kernel = Protos.Tensor("", 1, Google.Protobuf.ByteString.CopyFrom(TensorBytes.Of(randn(4, 2, 3, 3))), [4, 2, 3, 3]);
        ModelProto model = new SmallGraph().Input("x", [1, 2, 8, 8]).Node("Constant", "-", "w").Node("Conv", "x w", "c").Node("GlobalAveragePool", "c", "g").Node("Flatten", "g", "f")
            .Stored("m", randn(5, 4)).Node("Transpose", "m", "t").Node("MatMul", "f t", "p").Stored("half", tensor(0.5f)).Node("Mul", "p half", "y").Build();
        model.Graph.Node[0].Input.Clear();
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = kernel });
        File.WriteAllBytes(file.Path, Google.Protobuf.MessageExtensions.ToByteArray(model));
        using OnnxModule loaded = OnnxModule.Load(file.Path);
        Assert.Equal(["m", "w"], loaded.named_parameters().Select(pair => pair.name).Order(StringComparer.Ordinal));
        loaded.call(randn(2, 2, 8, 8)).sum().backward();
        Assert.All(loaded.parameters(), parameter => Assert.True(parameter.grad!.abs().sum().item<float>() > 0));
    }

    [Theory]
    [InlineData("LSTM", "LSTM")]
    [InlineData("com.example", "com.example.Frobnicate")]
    public void An_operation_without_a_form_is_named_with_its_node_and_file(string kind, string named)
    {
        ModelProto model = new SmallGraph().Input("x", [1, 4]).Node("Relu", "x", "r").Node(kind == "LSTM" ? "LSTM" : "Frobnicate", "r", "y").Build();
        if (kind != "LSTM") model.Graph.Node[1].Domain = kind;
        File.WriteAllBytes(file.Path, Google.Protobuf.MessageExtensions.ToByteArray(model));
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => OnnxModule.Load(file.Path));
        Assert.Contains($"{named} (node 'the {model.Graph.Node[1].OpType}')", error.Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(file.Path), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_without_a_form_is_named_with_its_node()
    {
        new SmallGraph().Input("x", [1, 2, 8, 8]).Stored("z", 1, 2, 4, 4).Node("Resize", "x - - z", "y", ("mode", "linear"), ("antialias", 1)).Write(file.Path);
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => OnnxModule.Load(file.Path));
        Assert.Contains("Resize 'the Resize'", error.Message, StringComparison.Ordinal);
        Assert.Contains("antialias", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_a_node_does_not_take_is_an_error_with_the_node_and_the_shapes()
    {
        new SmallGraph().Input("x", [1, 4]).Stored("w", randn(4, 5)).Node("MatMul", "x w", "y").Write(file.Path);
        using OnnxModule loaded = OnnxModule.Load(file.Path);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => loaded.call(randn(2, 6)));
        Assert.Contains("MatMul 'the MatMul'", error.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 6] and [4, 5]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_farther_from_ONNX_Runtime_than_allowed_is_refused()
    {
        OnnxExporter.Export(TrainedLike.Weights(new LeNet()), randn(1, 1, 28, 28), file.Path);
        Assert.Throws<InvalidOperationException>(() => OnnxModule.Load(file.Path, new OnnxModuleOptions { Tolerance = 1e-12 }));
        using OnnxModule unverified = OnnxModule.Load(file.Path, new OnnxModuleOptions { Tolerance = 1e-12, Check = false });
        Assert.Null(unverified.Parity);
        Assert.Throws<ArgumentException>(() => OnnxModule.Load(file.Path, new OnnxModuleOptions { Tolerance = 0 }));
    }

    [Fact]
    public void What_is_no_ONNX_file_is_said_to_be_none()
    {
        File.WriteAllText(file.Path, "no model");
        Assert.Throws<InvalidDataException>(() => OnnxModule.Load(file.Path));
        File.WriteAllBytes(file.Path, []);
        Assert.Throws<InvalidDataException>(() => OnnxModule.Load(file.Path));
        Assert.ThrowsAny<IOException>(() => OnnxModule.Load(Path.Combine(Path.GetTempPath(), "not there", "model.onnx")));
    }

    [Fact]
    public void A_weight_whose_bytes_are_short_or_elsewhere_is_named()
    {
        ModelProto model = new SmallGraph().Input("x", [1, 4]).Stored("w", randn(4, 5)).Node("MatMul", "x w", "y").Build();
        model.Graph.Initializer[0].DataLocation = 1;
        Refuse("another file");
        model.Graph.Initializer[0].DataLocation = 0;
        model.Graph.Initializer[0].Dims[0] = 6;
        Refuse("80 bytes, not 120");

        void Refuse(string why)
        {
            File.WriteAllBytes(file.Path, Google.Protobuf.MessageExtensions.ToByteArray(model));
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => OnnxModule.Load(file.Path));
            Assert.Contains("'w'", error.Message, StringComparison.Ordinal);
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_moves_to_another_type_with_everything_it_has()
    {
        using Module<Tensor, Tensor> network = Sequential(Conv2d(3, 4, 3), InstanceNorm2d(4, affine: true), ELU(), Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear), Conv2d(4, 2, 1));
        OnnxExporter.Export(network, randn(1, 3, 8, 8), file.Path);
        using OnnxModule loaded = OnnxModule.Load(file.Path);
        Tensor x = randn(2, 3, 8, 8), expected = loaded.call(x);
        loaded.to(ScalarType.Float64);
        Tensor wide = loaded.call(x.to_type(ScalarType.Float64));
        Assert.Equal(ScalarType.Float64, wide.dtype);
        Assert.InRange((wide - expected).abs().max().item<double>(), 0, 1e-4);
    }
}
