using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>What forward writes into tensors, views of them, weights and buffers; and what hooks and modes do that a layer's type does not say.</summary>
public sealed class MemoryTests : IDisposable
{
    private static readonly TensorIndex All = TensorIndex.Colon;

    private readonly string path = Path.Combine(Path.GetTempPath(), $"mlnetgen-test-{Guid.NewGuid():N}.onnx");

    private static readonly Dictionary<string, Func<Forwards.Own, Func<Tensor, Tensor>>> Right = new()
    {
        ["a column"] = _ => x => Over(x + 1, y => y[All, 2] = 5),
        ["a range"] = _ => x => Over(x + 1, y => y[All, TensorIndex.Slice(1, 4)] = y[All, TensorIndex.Slice(0, 3)] * 2),
        ["from the end"] = _ => x => Over(x + 1, y => y[All, TensorIndex.Slice(-2, null)] = 7),
        ["up to the end"] = _ => x => Over(x + 1, y => y[All, TensorIndex.Slice(null, -2)] = 7),
        ["every second"] = _ => x => Over(x + 1, y => y[All, TensorIndex.Slice(0, null, 2)] = y[All, TensorIndex.Slice(0, null, 2)].sin()),
        ["all rows but the first"] = _ => x => Over(x + 1, y => y[TensorIndex.Slice(1)] = 0),
        ["a row is added to"] = _ => x => Over(x + 1, y => y.select(1, 2).add_(1)),
        ["a part of a part"] = _ => x => Over(x + 1, y => y.view(-1, 2, 3).select(1, 1).narrow(1, 1, 2).mul_(3)),
        ["the base of a view"] = _ => x =>
        {
            Tensor y = x + 1, view = y.view(-1, 2, 3);
            y.mul_(2);
            return view.sum(2) + y.narrow(1, 0, 2);
        },
        ["a view of a view"] = _ => x =>
        {
            Tensor y = x + 1, one = y.narrow(1, 1, 4), two = y.narrow(1, 2, 3);
            one.exp_();
            return two * 2;
        },
        ["parts"] = _ => x =>
        {
            Tensor[] parts = (x * 2).chunk(3, 1);
            parts[0].sigmoid_();
            parts[1].tanh_();
            return parts[0] * parts[1] + parts[2];
        },
        ["parts and the whole"] = _ => x =>
        {
            Tensor y = x * 2;
            Tensor[] parts = y.split([1, 2, 3], 1);
            parts[2].neg_();
            return y + parts[1].sum();
        },
        ["unbound"] = _ => x => Over(x * 2, y =>
        {
            foreach (Tensor column in y.unbind(1)) column.sub_(1);
        }),
        ["transposed"] = _ => x => Over(x * 2, y => y.t().narrow(0, 1, 2).add_(3)),
        ["permuted"] = _ => x => Over(x.view(-1, 2, 3) + 0, y => y.permute(2, 0, 1).select(0, 1).add_(3)),
        ["unsqueezed"] = _ => x => Over(x * 2, y => y.unsqueeze(1).select(2, 3).zero_()),
        ["a reshape that copies"] = _ => x =>
        {
            Tensor y = x * 2, copied = y.t().reshape(-1);
            copied.add_(100);
            return copied.view(6, -1).t();
        },
        ["a reshape that is a view"] = _ => x => Over(x * 2, y => y.reshape(-1).add_(100)),
        ["contiguous already"] = _ => x => Over(x * 2, y => y.contiguous().add_(100)),
        ["contiguous again"] = _ => x => Over(x * 2, y => y.clone().t().contiguous().add_(100)),
        ["dropout that does nothing"] = _ => x => Over(x * 2, y => nn.functional.dropout(y, 0.5, training: false).add_(1)),
        ["the same type"] = _ => x => Over(x * 2, y => y.to_type(ScalarType.Float32).add_(1)),
        ["another type"] = _ => x => Over(x * 2, y => y.to_type(ScalarType.Int64).add_(1)),
        ["a clone"] = _ => x => Over(x * 2, y => y.clone().add_(1)),
        ["the input"] = _ => x => x.add_(1) * 2,
        ["a mask that the example does not meet"] = _ => x => Over(x * 1, y => y.masked_fill_(y.gt(1.5), 0)),
        ["limits that the example does not reach"] = _ => x => Over(x * 1, y => y.clamp_(-1.5, 1.5)),
        ["infinities that the example has not"] = _ => x => Over(1 / (x.abs() - 1).clamp(min: 0), y => y.nan_to_num_(0, 3, -3)),
        ["a layer writes over its input"] = n =>
        {
            ReLU layer = n.With(ReLU(inplace: true));
            return x => Over(x * 2, y => layer.call(y));
        },
        ["a layer writes over a view"] = n =>
        {
            ReLU layer = n.With(ReLU(inplace: true));
            return x => Over(x * 2, y => layer.call(y.narrow(1, 1, 3)));
        },
        ["a view of what a layer writes over"] = n =>
        {
            ReLU layer = n.With(ReLU(inplace: true));
            return x =>
            {
                Tensor y = x * 2, view = y.narrow(1, 1, 3);
                return layer.call(y).sum(1, keepdim: true) + view;
            };
        },
        ["a layer gives its input"] = n =>
        {
            Identity layer = n.With(Identity());
            return x => Over(x * 2, y => layer.call(y).add_(1));
        },
        ["weights written before a layer reads them"] = n =>
        {
            Linear one = n.With(Linear(6, 6)), two = n.With(Linear(6, 6));
            return x =>
            {
                one.weight!.copy_(two.call(x).mean() * two.weight!);
                return one.call(x);
            };
        },
        ["a buffer written altogether"] = n =>
        {
            Tensor state = n.Buffer(zeros(1));
            return x =>
            {
                state.copy_(x.mean());
                return x * state;
            };
        },
        ["a hook gives another result"] = n =>
        {
            Linear layer = n.With(Linear(6, 6));
            layer.register_forward_hook((_, _, y) => y * 2);
            return x => layer.call(x);
        },
        ["a hook writes over the result"] = n =>
        {
            Linear layer = n.With(Linear(6, 6));
            layer.register_forward_hook((_, _, y) => y.mul_(2));
            return x => layer.call(x);
        },
        ["a hook gives another input"] = n =>
        {
            Linear layer = n.With(Linear(6, 6));
            layer.register_forward_pre_hook((_, x) => x * 2);
            return x => layer.call(x);
        },
        ["a Sequential with a forward of its own"] = n =>
        {
            Twice layers = n.With(new Twice(Linear(6, 6), Tanh()));
            return x => layers.call(x);
        },
        ["a layer shared with a converted parent"] = n =>
        {
            Linear layer = n.With(Linear(6, 6));
            Parent parent = n.With(new Parent(layer));
            return x => parent.call(x) + layer.call(x);
        },
        ["a table kept by its length"] = _ =>
        {
            Dictionary<long, Tensor> tables = [];
            return x =>
            {
                if (!tables.TryGetValue(6, out Tensor? table)) tables[6] = table = arange(6).to_type(ScalarType.Float32).sin();
                return x * table;
            };
        },
        ["small numbers"] = _ => x => (x * 1e-4).log1p() + (x * 1e-5).expm1(),
        ["truth values"] = _ => x => where(x.gt(0).unsqueeze(0), x.gt(1), x.lt(-1)).squeeze(0).max(1, keepdim: true).values.logical_or(eye(6, dtype: ScalarType.Bool)[0]).to_type(ScalarType.Float32) + x,
        ["a frozen layer that nobody has registered"] = _ =>
        {
            Tensor weight = randn(6, 6);
            return x => x.matmul(weight);
        },
    };

    private static readonly Dictionary<string, (Type Error, Func<Forwards.Own, Func<Tensor, Tensor>> Make)> Refused = new()
    {
        ["a buffer counted up"] = (typeof(InvalidOperationException), n =>
        {
            Tensor count = n.Buffer(zeros(1));
            return x => x * count.add_(1);
        }
        ),
        ["power iteration"] = (typeof(InvalidOperationException), n =>
        {
            Linear layer = n.With(Linear(6, 6, hasBias: false));
            Tensor u = n.Buffer(randn(6));
            return x =>
            {
                Tensor v = nn.functional.normalize(layer.weight!.t().mv(u), dim: 0);
                u.copy_(nn.functional.normalize(layer.weight!.mv(v), dim: 0));
                return nn.functional.linear(x, layer.weight! / u.dot(layer.weight!.mv(v)));
            };
        }
        ),
        ["weights learnt after use"] = (typeof(InvalidOperationException), n =>
        {
            Linear layer = n.With(Linear(6, 6));
            return x =>
            {
                Tensor y = layer.call(x);
                layer.weight!.add_(y.t().matmul(x) * 0.01);
                return y;
            };
        }
        ),
        ["weights replaced"] = (typeof(ArgumentException), n =>
        {
            Linear layer = n.With(Linear(6, 6));
            return x =>
            {
                layer.weight = new Parameter(x.mean() * ones(6, 6));
                return layer.call(x);
            };
        }
        ),
        ["a copy of a batch that is a view of a single row"] = (typeof(NotSupportedException), _ => x => Over(x * 2, y => y.t().contiguous().add_(100))),
        ["a tensor of C# numbers"] = (typeof(NotSupportedException), _ => x =>
        {
            Tensor sum = tensor(new[] { 0f, 0, 0, 0, 0, 0 });
            return x + sum.add_(1);
        }
        ),
        ["a shape changed in place"] = (typeof(NotSupportedException), _ => x => Over(x * 2, y => y.transpose_(0, 1).add_(1))),
        ["layers in a list that nobody has registered"] = (typeof(ArgumentException), _ =>
        {
            List<Linear> layers = [Linear(6, 6), Linear(6, 6)];
            return x => layers.Aggregate(x, (y, layer) => layer.call(y));
        }
        ),
    };

    public static TheoryData<string> RightNames => [.. Right.Keys];

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    public void Dispose() => File.Delete(path);

    [Theory]
    [MemberData(nameof(RightNames))]
    public void What_forward_writes_is_in_the_file(string name)
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        using var module = new Forwards.Own(Right[name]);
        OnnxExporter.Export(module, rand(2, 6) - 0.5, path);
        foreach (int rows in (int[])[2, 1, 3, 7])
            Assert.InRange(OnnxCheck.Compare(module, path, randn(rows, 6) * 2).MaximumRelativeError, 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void What_depends_on_earlier_runs_is_refused(string name)
    {
        using var scope = NewDisposeScope();
        using var module = new Forwards.Own(Refused[name].Make);
        Assert.Throws(Refused[name].Error, () => OnnxExporter.Export(module, randn(2, 6), path));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_path_that_odd_lengths_alone_take_is_refused()
    {
        using var scope = NewDisposeScope();
        using var module = new Forwards.Own(_ => x => x.shape[2] % 2 == 1 ? nn.functional.pad(x, [0, 0, 0, 1]) * 2 : x * 2);
        Assert.Throws<InvalidOperationException>(() => OnnxExporter.Export(module, randn(1, 3, 8, 12), path, new OnnxExportOptions { DynamicSize = true }));
    }

    [Fact]
    public void A_number_that_is_an_input_is_no_constant()
    {
        using var scope = NewDisposeScope();
        ExportableModule times = ExportableModule.FromFunction(x => [x[0] * x[1].item<long>()]), branch = ExportableModule.FromFunction(x => [x[1].all().item<bool>() ? x[0] : x[0].masked_fill(x[1].logical_not(), 0)]);
        Assert.Throws<InvalidOperationException>(() => OnnxExporter.Export(times, [randn(2, 3), tensor(3L)], path));
        Assert.Throws<InvalidOperationException>(() => OnnxExporter.Export(branch, [randn(2, 3), ones(2, 3, ScalarType.Bool)], path));
        // An embedding with one row has no other index.
        using TorchSharp.Modules.Embedding table = Embedding(1, 4);
        OnnxExporter.Export(table, zeros(2, 3, ScalarType.Int64), path);
        Assert.Equal(0, OnnxCheck.Compare(table, path, zeros(5, 3, ScalarType.Int64)).MaximumAbsoluteError);
    }

    [Fact]
    public async Task A_module_that_another_thread_runs_meanwhile_exports()
    {
        using Module<Tensor, Tensor> module = Sequential(Linear(6, 8), ReLU(), Linear(8, 1));
        using var end = new CancellationTokenSource();
        Task other = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                using var scope = NewDisposeScope();
                try
                {
                    module.call(randn(32, 6));
                }
                catch (InvalidOperationException)
                {
                    // TorchSharp walks a module's hooks while the exporter puts some there.
                }
            }
        });
        using var scope = NewDisposeScope();
        for (int i = 0; i < 20; i++)
        {
            OnnxExporter.Export(module, randn(2, 6), path);
            Assert.InRange(OnnxCheck.Compare(module, path, randn(3, 6)).MaximumRelativeError, 0, 1e-5);
        }

        await end.CancelAsync();
        await other;
    }

    [Fact]
    public void A_parameter_that_nobody_has_registered_is_named()
    {
        using var scope = NewDisposeScope();
        using var module = new Forgetful();
        Assert.Contains("Forgetful.weight", Assert.Throws<ArgumentException>(() => OnnxExporter.Export(module, randn(2, 6), path)).Message);
    }

    [Fact]
    public void Buffers_are_as_before()
    {
        using var scope = NewDisposeScope();
        Tensor? count = null;
        using var module = new Forwards.Own(n =>
        {
            count = n.Buffer(zeros(1));
            return x => x * count.add_(1);
        });
        Assert.Throws<InvalidOperationException>(() => OnnxExporter.Export(module, randn(2, 6), path));
        Assert.Equal(0, count!.item<float>());
    }

    [Fact]
    public void Where_only_layers_are_seen_a_hook_on_one_is_refused()
    {
        using var layersOnly = new LayersOnly();
        using var scope = NewDisposeScope();
        using Linear layer = Linear(6, 6);
        layer.register_forward_hook((_, _, y) => y * 2);
        Assert.Throws<NotSupportedException>(() => OnnxExporter.Export(layer, randn(2, 6), path));
    }

    private static Tensor Over(Tensor y, Action<Tensor> write)
    {
        write(y);
        return y * 3;
    }

    private sealed class Twice(params Module<Tensor, Tensor>[] layers) : Sequential(layers)
    {
        public override Tensor forward(Tensor input) => base.forward(base.forward(input)) + 1;
    }

    private sealed class Forgetful() : Module<Tensor, Tensor>(nameof(Forgetful))
    {
        private readonly Tensor weight = randn(6, 6, requires_grad: true);

        public override Tensor forward(Tensor input) => input.matmul(weight);
    }

    private sealed class Parent : Module<Tensor, Tensor>, IOnnxConvertible
    {
        private readonly Linear layer;

        public Parent(Linear layer)
            : base(nameof(Parent))
        {
            this.layer = layer;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => layer.call(input) * 2;

        public void ToOnnx(OnnxCall call) =>
            call.SetOutput(call.Node("Gemm", [call.Input(), call.Weight(layer.weight!), call.Weight(layer.bias!)], ("transB", 1)) * 2);
    }
}
