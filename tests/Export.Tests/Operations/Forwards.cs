using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace MLNetGen.Export.Tests;

/// <summary>Networks as people write them: forward does what it likes with its tensors.</summary>
internal static class Forwards
{
    /// <param name="Make">The network; its weights are random.</param>
    /// <param name="Shape">Of an example.</param>
    /// <param name="Other">Other shapes that it takes; the same axes vary as in <paramref name="AnySize"/>.</param>
    /// <param name="AnySize">Whether height and width may be any.</param>
    /// <param name="AnyLength">Whether axis 1 may have any length, as the batch.</param>
    /// <param name="AnyBatch">Whether the batch may be any.</param>
    internal sealed record Case(Func<Module<Tensor, Tensor>> Make, long[] Shape, long[][] Other, bool AnySize = false, bool AnyLength = false, bool AnyBatch = true)
    {
        public OnnxExportOptions Options(int opset = 17) => new()
        {
            Opset = opset,
            DynamicSize = AnySize,
            DynamicBatch = AnyBatch,
            DynamicAxes = AnyLength ? new Dictionary<string, IReadOnlyDictionary<int, string>> { ["input"] = new Dictionary<int, string> { [0] = "batch", [1] = "length" } } : [],
        };
    }

    public static IReadOnlyDictionary<string, Case> All => new[] { Networks, NetworkForwards.All, OperationForwards.All, LengthForwards.All, LossForwards.All }.SelectMany(cases => cases).ToDictionary();

    private static IReadOnlyDictionary<string, Case> Networks { get; } = new Dictionary<string, Case>
    {
        ["functional calls and flatten"] = Batch(() => new Own(n =>
        {
            Conv2d one = n.With(Conv2d(3, 8, 3, padding: 1));
            Linear two = n.With(Linear(8 * 4 * 4, 5));
            return x => log_softmax(two.call(max_pool2d(relu(one.call(x)), 2).flatten(1)), 1);
        }), 3, 8, 8),
        ["residual in place"] = Sized(() => new Own(n =>
        {
            Conv2d one = n.With(Conv2d(4, 4, 3, padding: 1)), two = n.With(Conv2d(4, 4, 3, padding: 1));
            BatchNorm2d norm = n.With(BatchNorm2d(4));
            return x =>
            {
                Tensor y = norm.call(two.call(relu(one.call(x))));
                y += x;
                return y.relu_();
            };
        }), 4),
        ["leaves run by forward"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(6, 7)), two = n.With(Linear(7, 3));
            return x => two.forward(one.forward(x).tanh());
        }), 6),
        ["squeeze and excitation"] = Sized(() => new Own(n =>
        {
            Conv2d down = n.With(Conv2d(6, 3, 1)), up = n.With(Conv2d(3, 6, 1));
            return x => x * up.call(relu(down.call(adaptive_avg_pool2d(x, 1)))).sigmoid();
        }), 6),
        ["U-Net of one step"] = Sized(() => new Own(n =>
        {
            Conv2d down = n.With(Conv2d(2, 4, 3, padding: 1)), middle = n.With(Conv2d(4, 4, 3, padding: 1)), last = n.With(Conv2d(8, 2, 1));
            ConvTranspose2d up = n.With(ConvTranspose2d(4, 4, 2, stride: 2));
            return x =>
            {
                Tensor wide = relu(down.call(x));
                return last.call(cat([up.call(relu(middle.call(max_pool2d(wide, 2)))), wide], 1));
            };
        }), 2),
        ["interpolate to the size of another"] = Sized(() => new Own(n =>
        {
            Conv2d one = n.With(Conv2d(2, 3, 3, stride: 2, padding: 1)), two = n.With(Conv2d(2, 3, 1));
            return x =>
            {
                Tensor wide = two.call(x);
                return wide + interpolate(one.call(x), [wide.shape[2], wide.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
            };
        }), 2),
        ["view with a length from the input"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(12, 12));
            return x => one.call(x.view(x.shape[0], -1)).view(x.shape[0], 3, 2, 2).permute(0, 2, 3, 1);
        }), 3, 4),
        ["view with sizes from a convolution"] = Sized(() => new Own(n =>
        {
            Conv2d one = n.With(Conv2d(2, 6, 3, stride: 2, padding: 1));
            return x =>
            {
                Tensor y = one.call(x);
                return y.view(y.shape[0], 6, y.shape[2] * y.shape[3]).transpose(1, 2).softmax(1);
            };
        }), 2),
        ["chunk and gate"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(6, 8));
            return x =>
            {
                Tensor[] parts = one.call(x).chunk(2, 1);
                return parts[0] * parts[1].sigmoid();
            };
        }), 6),
        ["attention by hand"] = Batch(() => new Own(n =>
        {
            Linear qkv = n.With(Linear(8, 24)), last = n.With(Linear(8, 8));
            return x =>
            {
                Tensor all = qkv.call(x).view(x.shape[0], x.shape[1], 3, 2, 4).permute(2, 0, 3, 1, 4);
                Tensor q = all[0], k = all[1], v = all[2];
                Tensor weights = (q.matmul(k.transpose(-2, -1)) / Math.Sqrt(4)).softmax(-1);
                return last.call(weights.matmul(v).transpose(1, 2).reshape(x.shape[0], x.shape[1], 8));
            };
        }), 5, 8),
        ["attention of torch, causal"] = Batch(() => new Own(n =>
        {
            Linear q = n.With(Linear(8, 8));
            return x => scaled_dot_product_attention(q.call(x), x, x, is_casual: true);
        }), 5, 8),
        ["layer norm and GELU block"] = Batch(() => new Own(n =>
        {
            LayerNorm norm = n.With(LayerNorm(8));
            Linear one = n.With(Linear(8, 16)), two = n.With(Linear(16, 8));
            return x => x + two.call(gelu(one.call(norm.call(x))));
        }), 5, 8),
        ["transformer encoder layer"] = Batch(() => new Encoder(), 5, 8),
        ["class token and positions"] = Batch(() => new Own(n =>
        {
            Parameter token = n.With("token", randn(1, 1, 8)), places = n.With("places", randn(1, 6, 8));
            return x => cat([token.expand(x.shape[0], -1, -1), x], 1) + places;
        }), 5, 8),
        ["LSTM, last step"] = Batch(() => new Own(n =>
        {
            LSTM lstm = n.With(LSTM(4, 6, numLayers: 2, batchFirst: true));
            Linear head = n.With(Linear(6, 3));
            return x => head.call(lstm.call(x).Item1[TensorIndex.Colon, -1]);
        }), 5, 4),
        ["GRU both ways"] = Batch(() => new Own(n =>
        {
            GRU gru = n.With(GRU(4, 3, batchFirst: true, bidirectional: true));
            return x => gru.call(x, null!).Item1.mean([1]);
        }), 5, 4),
        ["LSTM cell in a loop"] = Batch(() => new Own(n =>
        {
            LSTMCell cell = n.With(LSTMCell(4, 6));
            return x =>
            {
                Tensor h = zeros(x.shape[0], 6), c = zeros(x.shape[0], 6);
                for (int t = 0; t < 3; t++) (h, c) = cell.call(x[TensorIndex.Colon, t], (h, c));
                return h;
            };
        }), 3, 4),
        ["where and masks"] = Batch(() => new Own(_ => x => where(x > 0, x, 0.1 * x).masked_fill(x.lt(-1), -1)), 7),
        ["masked fill in place that the example does not need"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(7, 7));
            return x =>
            {
                Tensor y = one.call(x);
                y.masked_fill_(y > 1000, 0);
                y.clamp_(-2, 2);
                return one.call(y);
            };
        }), 7),
        ["mean, deviation and variance"] = Sized(() => new Own(_ => x => (x - x.mean([2, 3], keepdim: true)) / (x.var([2, 3], unbiased: false, keepdim: true) + 1e-5).sqrt()), 3),
        ["unbiased deviation over any size"] = Sized(() => new Own(_ => x => x / (x.std([2, 3], unbiased: true, keepdim: true) + 0.1)), 3),
        ["pixel shuffle and tanh"] = Sized(() => new Own(n =>
        {
            Conv2d one = n.With(Conv2d(3, 12, 3, padding: 1));
            return x => pixel_shuffle(one.call(x), 2).tanh();
        }), 3),
        ["style network's reflection"] = Sized(() => new Own(n =>
        {
            Conv2d one = n.With(Conv2d(3, 4, 5));
            InstanceNorm2d norm = n.With(InstanceNorm2d(4, affine: true));
            return x => relu(norm.call(one.call(pad(x, [2, 2, 2, 2], PaddingModes.Reflect))));
        }), 3),
        ["time embedding of a diffusion network"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(8, 5));
            return x =>
            {
                Tensor frequencies = exp(arange(0, 4, ScalarType.Float32) * (-Math.Log(10000) / 4));
                Tensor angles = x * frequencies.unsqueeze(0);
                return one.call(cat([angles.sin(), angles.cos()], -1));
            };
        }), 1),
        ["einsum"] = Batch(() => new Own(n =>
        {
            Parameter weight = n.With("weight", randn(4, 6));
            return x => einsum("bij,jk->bik", x, weight);
        }), 3, 4),
        ["stack and maximum"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(5, 4)), two = n.With(Linear(5, 4));
            return x => stack([one.call(x), two.call(x)], 1).amax([1]);
        }), 5),
        ["argmax and one hot"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(5, 4));
            return x => one_hot(one.call(x).argmax(1), 4).to_type(ScalarType.Float32);
        }), 5),
        ["top of the scores"] = Batch(() => new Own(_ => x => x.topk(2, 1).values), 6),
        ["cumulative sum and flip"] = Batch(() => new Own(_ => x => x.cumsum(1).flip(1)), 6),
        ["roll as a shifted window"] = Sized(() => new Own(_ => x => x.roll([1, 2], [2, 3])), 2),
        ["group norm"] = Sized(() => new Own(n =>
        {
            GroupNorm norm = n.With(GroupNorm(2, 4));
            init.ones_(norm.weight!);
            init.zeros_(norm.bias!);
            return x => silu(norm.call(x));
        }), 4),
        ["depthwise and pointwise"] = Sized(() => new Own(n =>
        {
            Conv2d one = n.With(Conv2d(4, 4, 3, padding: 1, groups: 4)), two = n.With(Conv2d(4, 6, 1));
            return x => hardswish(two.call(relu6(one.call(x))));
        }), 4),
        ["tied weights"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(6, 6, hasBias: false));
            return x => linear(tanh(one.call(x)), one.weight.t());
        }), 6),
        ["weights made of the input"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(4, 12));
            return x => one.call(x).view(x.shape[0], 3, 4).bmm(x.unsqueeze(2)).squeeze(2);
        }), 4),
        ["a layer three times"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(6, 6));
            return x => one.call(relu(one.call(relu(one.call(x)))));
        }), 6),
        ["a flow's coupling"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(3, 6));
            return x =>
            {
                Tensor left = x[TensorIndex.Colon, TensorIndex.Slice(0, 3)], right = x[TensorIndex.Colon, TensorIndex.Slice(3)];
                Tensor[] parts = one.call(left).split(3, 1);
                return cat([left, right * parts[0].exp() + parts[1]], 1);
            };
        }), 6),
        ["gather by an order"] = Batch(() => new Own(_ => x => x.gather(1, x.argsort(1))), 6),
        ["unfold into patches"] = Batch(() => new Own(n =>
        {
            Linear one = n.With(Linear(12, 5));
            return x => one.call(unfold(x, (2, 2), stride: (2, 2)).transpose(1, 2));
        }), 3, 6, 6),
        ["whole numbers divided"] = Batch(() => new Own(_ => x => x.to_type(ScalarType.Int64).floor_divide(3).to_type(ScalarType.Float32) + x.remainder(1.5)), 6),
        ["remainders of floats"] = Batch(() => new Own(_ => x => x.remainder(0.1f) + x.floor_divide(0.25f)), 6),
        ["infinities replaced"] = Batch(() => new Own(_ => x => (x / x.relu()).nan_to_num(0, 3, -3) + 10 * x.nan_to_num(0, 1, -1)), 6),
        ["in place, and read again"] = Sized(() => new Own(n =>
        {
            ReLU relu = n.With(ReLU(inplace: true));
            Conv2d one = n.With(Conv2d(3, 3, 1));
            return x =>
            {
                Tensor y = one.call(x), z = relu.call(y);
                return z + y;
            };
        }), 3),
        ["attention with a row of nothing"] = Batch(() => new Own(_ => x => scaled_dot_product_attention(x, x, x, attn_mask: x.sum(2, keepdim: true) > -100 & arange(5).unsqueeze(1) > 0)), 5, 8),
        ["distances"] = Batch(() => new Own(n =>
        {
            Parameter centres = n.With("centres", randn(4, 5));
            return x => cdist(x, centres).softmax(1);
        }), 5),
    };

    public static Case Batch(Func<Module<Tensor, Tensor>> make, params long[] rest) =>
        new(make, [2, .. rest], [[1, .. rest], [5, .. rest], [7, .. rest]]);

    public static Case Sized(Func<Module<Tensor, Tensor>> make, long channels) =>
        new(make, [2, channels, 8, 12], [[1, channels, 8, 12], [3, channels, 14, 10], [4, channels, 20, 32]], AnySize: true);

    /// <summary>Batch, length, and what follows.</summary>
    public static Case Long(Func<Module<Tensor, Tensor>> make, params long[] rest) =>
        new(make, [2, 6, .. rest], [[1, 9, .. rest], [3, 5, .. rest], [4, 14, .. rest]], AnyLength: true);

    /// <summary>A module whose forward is a function.</summary>
    internal sealed class Own : Module<Tensor, Tensor>
    {
        private readonly Func<Tensor, Tensor> run;
        private int parts;

        public Own(Func<Own, Func<Tensor, Tensor>> make)
            : base(nameof(Own)) => run = make(this);

        public TModule With<TModule>(TModule part)
            where TModule : Module
        {
            register_module($"part{parts++}", part);
            return part;
        }

        public Parameter With(string name, Tensor values)
        {
            var parameter = new Parameter(values);
            register_parameter(name, parameter);
            return parameter;
        }

        public Tensor Buffer(Tensor values)
        {
            register_buffer($"buffer{parts++}", values);
            return values;
        }

        public override Tensor forward(Tensor input) => run(input);
    }

    private sealed class Encoder : Module<Tensor, Tensor>
    {
        private readonly TransformerEncoderLayer layer = TransformerEncoderLayer(8, 2, 16, dropout: 0);

        public Encoder()
            : base(nameof(Encoder)) => RegisterComponents();

        public override Tensor forward(Tensor input) => layer.call(input.transpose(0, 1), null!, null!).transpose(0, 1);
    }
}
