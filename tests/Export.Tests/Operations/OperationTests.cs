using MLNetGen.Onnx.Format;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Files written from libtorch's operations give what the module gives, at other sizes than the example's.</summary>
public sealed class OperationTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"mlnetgen-test-{Guid.NewGuid():N}.onnx");

    public static TheoryData<string> Names => [.. Forwards.All.Keys];

    public void Dispose() => File.Delete(path);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_forward_of_any_kind_keeps_its_numbers_at_other_sizes(string name)
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        Forwards.Case each = Forwards.All[name];
        using Module<Tensor, Tensor> module = each.Make();
        OnnxExporter.Export(module, randn(each.Shape), path, each.Options());
        foreach (long[] shape in (long[][])[each.Shape, .. each.Other])
            Assert.InRange(OnnxCheck.Compare(module, path, randn(shape)).MaximumRelativeError, 0, 1e-5);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    [InlineData(21)]
    public void An_operation_keeps_its_numbers_in_every_operator_set_or_is_refused_by_it(int opset)
    {
        manual_seed(opset);
        Assert.All(OperationForwards.All, pair =>
        {
            using var scope = NewDisposeScope();
            using Module<Tensor, Tensor> module = pair.Value.Make();
            try
            {
                OnnxExporter.Export(module, randn(pair.Value.Shape), path, pair.Value.Options(opset));
            }
            catch (NotSupportedException e) when (opset < 17)
            {
                Assert.Contains("needs operator set", e.Message, StringComparison.Ordinal);
                return;
            }

            Assert.InRange(OnnxCheck.Compare(module, path, randn(pair.Value.Other[0])).MaximumRelativeError, 0, 1e-5);
        });
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "a branch on values", nameof(InvalidOperationException) },
        { "steps that depend on values", nameof(InvalidOperationException) },
        { "a number that depends on values", nameof(InvalidOperationException) },
        { "a greatest value", nameof(InvalidOperationException) },
        { "an unregistered parameter", nameof(ArgumentException) },
        { "a layer put into training mode", nameof(NotSupportedException) },
        { "a tensor made of numbers that depend on values", nameof(InvalidOperationException) },
        { "as many elements as the values say", nameof(NotSupportedException) },
        { "random numbers", nameof(NotSupportedException) },
        { "dropout in training mode", nameof(NotSupportedException) },
        { "bfloat16", nameof(NotSupportedException) },
        { "complex numbers", nameof(NotSupportedException) },
        { "operations of complex numbers", nameof(NotSupportedException) },
        { "the place of a rank", nameof(NotSupportedException) },
        { "an inverse", nameof(NotSupportedException) },
        { "a running product along the batch", nameof(NotSupportedException) },
        { "parts of a fixed length, however many", nameof(NotSupportedException) },
        { "elements put by a mask", nameof(NotSupportedException) },
        { "the norm of singular values", nameof(NotSupportedException) },
        { "a captured tensor with gradients in a product", nameof(ArgumentException) },
        { "a captured result with gradients", nameof(ArgumentException) },
        { "an export of its own", nameof(ArgumentException) },
        { "double precision", nameof(NotSupportedException) },
        { "a table in double precision", nameof(NotSupportedException) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_a_file_cannot_do_is_refused(string name, string exception)
    {
        using var scope = NewDisposeScope();
        using Module<Tensor, Tensor> module = new Forwards.Own(n =>
        {
            TorchSharp.Modules.Linear one = n.With(Linear(6, 6)), two = n.With(Linear(6, 6));
            TorchSharp.Modules.Dropout dropout = n.With(Dropout(0.5));
            var loose = new TorchSharp.Modules.Parameter(randn(1, 6));
            Tensor made = loose * 2;
            Dictionary<string, Func<Tensor, Tensor>> forwards = new()
            {
                ["a branch on values"] = x => x.sum().item<float>() > 0 ? one.call(x) : two.call(one.call(x)),
                ["steps that depend on values"] = x => Enumerable.Range(0, (int)x.abs().sum().item<float>()).Aggregate(x, (y, _) => y.sin()),
                ["a number that depends on values"] = x => x * x.mean().item<float>(),
                ["a greatest value"] = x => x / x.abs().max().item<float>(),
                ["an unregistered parameter"] = x => x + one.call(loose),
                ["a layer put into training mode"] = x =>
                {
                    dropout.train();
                    return dropout.call(x);
                },
                ["a tensor made of numbers that depend on values"] = x => x + tensor(new[] { x.mean().item<float>(), x.max().item<float>(), 0, 0, 0, 0 }),
                ["as many elements as the values say"] = x => x.masked_select(x.gt(0)),
                ["random numbers"] = x => x + randn_like(x),
                ["dropout in training mode"] = x => nn.functional.dropout(x, 0.5, training: true),
                ["bfloat16"] = x => x.to_type(ScalarType.BFloat16).to_type(ScalarType.Float32),
                ["the place of a rank"] = x => x.kthvalue(2, 1).indices,
                ["an inverse"] = x => linalg.inv(x.t().matmul(x) + eye(6)),
                ["a running product along the batch"] = x => cumprod(x, 0),
                ["parts of a fixed length, however many"] = x => x.split(100, 0)[0],
                ["elements put by a mask"] = x => x.masked_scatter(x > 0, x.exp()),
                ["a captured tensor with gradients in a product"] = x => x.matmul(loose.t()),
                ["a captured result with gradients"] = x => x * made,
                ["an export of its own"] = x =>
                {
                    OnnxExporter.Export(two, x, path);
                    return x;
                },
                ["double precision"] = x => (x.to_type(ScalarType.Float64) / 3).to_type(ScalarType.Float32),
                ["a table in double precision"] = x => x * arange(6, ScalarType.Float64).cos().to_type(ScalarType.Float32),
                ["the norm of singular values"] = x => linalg.matrix_norm(x, 2.0, [0, 1]),
                ["complex numbers"] = x => torch.fft.fft_(x),
                ["operations of complex numbers"] = x => torch.fft.fft_(x).exp().real,
            };
            return forwards[name];
        });
        Assert.Equal(exception, Assert.ThrowsAny<Exception>(() => OnnxExporter.Export(module, linspace(-1, 2, 12).view(2, 6), path)).GetType().Name);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_layer_that_is_used_three_times_and_a_tied_weight_are_stored_once()
    {
        using var scope = NewDisposeScope();
        foreach (string name in (string[])["a layer three times", "tied weights"])
        {
            foreach (bool folding in (bool[])[false, true])
            {
                OnnxExporter.Export(Forwards.All[name].Make(), randn(2, 6), path, new OnnxExportOptions { FoldConstants = folding });
                using FileStream stream = File.OpenRead(path);
                Assert.Single(ModelProto.Parser.ParseFrom(stream).Graph.Initializer, tensor => tensor.Dims.Count == 2);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_weight_that_is_read_as_it_is_and_transposed_is_stored_once(bool thrice)
    {
        using var scope = NewDisposeScope();
        using Module<Tensor, Tensor> module = new Forwards.Own(n =>
        {
            TorchSharp.Modules.Linear layer = n.With(Linear(64, 64, hasBias: false));
            TorchSharp.Modules.Embedding table = n.With(Embedding(64, 64));
            // Of three axes, Linear is a product with the transposed weight.
            return thrice
                ? x => layer.call(layer.call(layer.call(x.unsqueeze(1))))
                : x => nn.functional.linear(table.call(x.abs().to_type(ScalarType.Int64).remainder(64)), table.weight!);
        });
        OnnxExporter.Export(module, randn(2, 64), path);
        Assert.InRange(new FileInfo(path).Length, 64 * 64 * sizeof(float), 64 * 64 * sizeof(float) * 5 / 4);
        Assert.InRange(OnnxCheck.Compare(module, path, randn(3, 64) * 9).MaximumRelativeError, 0, 1e-5);
    }

    [Fact]
    public void Exports_leave_no_tensors_behind()
    {
        using Module<Tensor, Tensor> module = Forwards.All["functional calls and flatten"].Make();
        using Tensor example = randn(2, 3, 8, 8);
        OnnxExporter.Export(module, example, path);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 100; i++) OnnxExporter.Export(module, example, path);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public async Task Threads_take_turns()
    {
        string[] names = ["functional calls and flatten", "residual in place", "squeeze and excitation", "U-Net of one step"];
        string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            {
                using var scope = NewDisposeScope();
                Forwards.Case each = Forwards.All[names[i % names.Length]];
                using Module<Tensor, Tensor> module = each.Make();
                string file = Path.Combine(folder, $"{i}.onnx");
                OnnxExporter.Export(module, randn(each.Shape), file);
                Assert.InRange(OnnxCheck.Compare(module, file, randn(each.Shape)).MaximumRelativeError, 0, 1e-5);
            })));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
