using TorchSharp;
using TorchSharp.Modules;
using static MLNetGen.Export.Tests.Forwards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace MLNetGen.Export.Tests;

/// <summary>Kinds of networks, small.</summary>
internal static class NetworkForwards
{
    public static IReadOnlyDictionary<string, Case> All { get; } = new Dictionary<string, Case>
    {
        ["U-Net that crops"] = Sized(() => new Own(n =>
        {
            Conv2d down = n.With(Conv2d(2, 4, 3)), middle = n.With(Conv2d(4, 4, 3, padding: 1)), last = n.With(Conv2d(8, 2, 1));
            ConvTranspose2d up = n.With(ConvTranspose2d(4, 4, 2, stride: 2));
            return x =>
            {
                Tensor wide = relu(down.call(x)), back = up.call(relu(middle.call(max_pool2d(wide, 2))));
                return last.call(cat([back, wide.narrow(2, 0, back.shape[2]).narrow(3, 0, back.shape[3])], 1));
            };
        }), 2),
        ["vision transformer"] = Batch(() => new Own(n =>
        {
            Conv2d patches = n.With(Conv2d(3, 8, 4, stride: 4));
            Parameter token = n.With("token", randn(1, 1, 8)), places = n.With("places", randn(1, 5, 8));
            TorchSharp.Modules.TransformerEncoder encoder = n.With(TransformerEncoder(TransformerEncoderLayer(8, 2, 16, dropout: 0), 2));
            Linear head = n.With(Linear(8, 3));
            return x =>
            {
                Tensor rows = patches.call(x).flatten(2).transpose(1, 2);
                Tensor all = cat([token.expand(x.shape[0], -1, -1), rows], 1) + places;
                return head.call(encoder.call(all.transpose(0, 1), null!, null!)[0]);
            };
        }), 3, 8, 8),
        ["transformer that decodes"] = Long(() => new Own(n =>
        {
            TransformerDecoder decoder = n.With(TransformerDecoder(TransformerDecoderLayer(8, 2, 16, dropout: 0), 1));
            return x => decoder.call(x.transpose(0, 1), x.transpose(0, 1).exp(), null!).transpose(0, 1);
        }), 8),
        ["GRU cell in a loop"] = Batch(() => new Own(n =>
        {
            GRUCell cell = n.With(GRUCell(4, 6));
            return x => Enumerable.Range(0, 3).Aggregate(zeros(x.shape[0], 6), (h, t) => cell.call(x[TensorIndex.Colon, t], h));
        }), 3, 4),
        ["RNN cell in a loop, by forward"] = Batch(() => new Own(n =>
        {
            RNNCell cell = n.With(RNNCell(4, 6));
            return x => Enumerable.Range(0, 3).Aggregate(zeros(x.shape[0], 6), (h, t) => cell.forward(x[TensorIndex.Colon, t], h));
        }), 3, 4),
        ["adaptive instance normalisation"] = Sized(() => new Own(n =>
        {
            Conv2d one = n.With(Conv2d(3, 4, 3, padding: 1));
            Linear style = n.With(Linear(4, 8));
            return x =>
            {
                Tensor y = one.call(x), mean = y.mean([2, 3], keepdim: true), deviation = (y.var([2, 3], unbiased: false, keepdim: true) + 1e-5).sqrt();
                Tensor[] parts = style.call(adaptive_avg_pool2d(y, 1).flatten(1)).unsqueeze(-1).unsqueeze(-1).chunk(2, 1);
                return (y - mean) / deviation * (1 + parts[0]) + parts[1];
            };
        }), 3),
        ["generator and discriminator"] = Batch(() => new Own(n =>
        {
            ConvTranspose2d one = n.With(ConvTranspose2d(6, 4, 4)), two = n.With(ConvTranspose2d(4, 3, 4, stride: 2, padding: 1));
            BatchNorm2d norm = n.With(BatchNorm2d(4));
            Conv2d back = n.With(Conv2d(3, 1, 8));
            return x => back.call(leaky_relu(tanh(two.call(relu(norm.call(one.call(x.view(-1, 6, 1, 1)))))), 0.2)).view(-1).sigmoid();
        }), 6),
        ["variational autoencoder whose noise is given"] = Batch(() => new Own(n =>
        {
            Linear encode = n.With(Linear(6, 8)), decode = n.With(Linear(4, 6));
            return x =>
            {
                Tensor[] parts = encode.call(x.narrow(1, 0, 6)).chunk(2, 1);
                return decode.call(parts[0] + x.narrow(1, 6, 4) * (0.5 * parts[1]).exp()).sigmoid();
            };
        }), 10),
        ["convolution modulated by the input"] = new(() => new Own(n =>
        {
            Parameter weight = n.With("weight", randn(4, 3, 3, 3));
            Linear style = n.With(Linear(3, 3));
            return x =>
            {
                Tensor w = weight.unsqueeze(0) * (style.call(x.mean([2, 3])) + 1).view(x.shape[0], 1, 3, 1, 1);
                w = w * (w.square().sum([2, 3, 4], keepdim: true) + 1e-8).rsqrt();
                return conv2d(x.view(1, -1, 8, 8), w.view(-1, 3, 3, 3), padding: [1L, 1], groups: x.shape[0]).view(x.shape[0], 4, 8, 8);
            };
        }), [2, 3, 8, 8], [[2, 3, 8, 8]], AnyBatch: false),
        ["windows of a shifted picture"] = Batch(() => new Own(n =>
        {
            Linear qkv = n.With(Linear(4, 12));
            Parameter bias = n.With("bias", randn(49));
            Tensor place = arange(16).unsqueeze(0), far = ((place / 4).floor() - (place.t() / 4).floor() + 3) * 7 + place % 4 - place.t() % 4 + 3;
            n.register_buffer("far", far.to_type(ScalarType.Int64));
            return x =>
            {
                Tensor rolled = x.permute(0, 2, 3, 1).roll([-2, -2], [1, 2]);
                Tensor windows = rolled.view(x.shape[0], 2, 4, 2, 4, 4).permute(0, 1, 3, 2, 4, 5).reshape(-1, 16, 4);
                Tensor[] parts = qkv.call(windows).chunk(3, -1);
                Tensor weights = (parts[0].matmul(parts[1].transpose(1, 2)) * 0.5 + bias[TensorIndex.Tensor(n.get_buffer("far")!.view(-1))].view(16, 16)).softmax(-1);
                Tensor back = weights.matmul(parts[2]).view(x.shape[0], 2, 2, 4, 4, 4).permute(0, 1, 3, 2, 4, 5).reshape(x.shape[0], 8, 8, 4);
                return back.roll([2, 2], [1, 2]).permute(0, 3, 1, 2);
            };
        }), 4, 8, 8),
        ["ConvNeXt block"] = Sized(() => new Own(n =>
        {
            Conv2d wide = n.With(Conv2d(4, 4, 7, padding: 3, groups: 4));
            LayerNorm norm = n.With(LayerNorm(4));
            Linear one = n.With(Linear(4, 16)), two = n.With(Linear(16, 4));
            Parameter gamma = n.With("gamma", randn(4));
            return x => x + (gamma * two.call(gelu(one.call(norm.call(wide.call(x).permute(0, 2, 3, 1)))))).permute(0, 3, 1, 2);
        }), 4),
        ["standardised weights"] = Sized(() => new Own(n =>
        {
            Parameter weight = n.With("weight", randn(4, 3, 3, 3));
            return x =>
            {
                Tensor centred = weight - weight.mean([1, 2, 3], keepdim: true);
                return conv2d(x, centred / (centred.std([1, 2, 3], unbiased: true, keepdim: true) + 1e-5), padding: [1L, 1]);
            };
        }), 3),
        ["weights divided by their spectral norm"] = Batch(() => new Own(n =>
        {
            Parameter weight = n.With("weight", randn(4, 6)), u = n.With("u", randn(4));
            return x =>
            {
                Tensor v = normalize(weight.t().mv(u), dim: 0), again = normalize(weight.mv(v), dim: 0);
                return linear(x, weight / again.dot(weight.mv(v)));
            };
        }), 6),
        ["a network that makes another's weights"] = Batch(() => new Own(n =>
        {
            Parameter code = n.With("code", randn(5));
            Linear make = n.With(Linear(5, 6 * 4));
            return x => linear(x, make.call(code).view(4, 6)).relu();
        }), 6),
        ["Gram matrix and total variation"] = Sized(() => new Own(_ => x =>
        {
            Tensor rows = x.flatten(2), gram = rows.bmm(rows.transpose(1, 2)) / (x.shape[1] * x.shape[2] * x.shape[3]);
            Tensor down = x.narrow(2, 1, x.shape[2] - 1) - x.narrow(2, 0, x.shape[2] - 1);
            return gram + down.abs().mean([1, 2, 3], keepdim: true).squeeze(3);
        }), 3),
        ["Sobel filter"] = Sized(() => new Own(_ =>
        {
            Tensor kernel = tensor(new float[] { -1, 0, 1, -2, 0, 2, -1, 0, 1 }).view(1, 1, 3, 3).DetachFromDisposeScope();
            return x =>
            {
                Tensor grey = x.mean([1], keepdim: true), a = conv2d(grey, kernel, padding: [1L, 1]), b = conv2d(grey, kernel.transpose(2, 3), padding: [1L, 1]);
                return (a.square() + b.square() + 1e-6).sqrt();
            };
        }), 3),
        ["rotated positions"] = Long(() => new Own(_ => x =>
        {
            Tensor angles = arange(0, x.shape[1], ScalarType.Float32).unsqueeze(1) * pow(10000, -arange(0, 4, ScalarType.Float32) / 4).unsqueeze(0);
            Tensor[] halves = x.chunk(2, -1);
            return cat([halves[0] * angles.cos() - halves[1] * angles.sin(), halves[1] * angles.cos() + halves[0] * angles.sin()], -1);
        }), 8),
        ["causal mask"] = Long(() => new Own(n =>
        {
            Linear q = n.With(Linear(8, 8));
            return x =>
            {
                Tensor mask = ones(x.shape[1], x.shape[1]).triu(1).to_type(ScalarType.Bool);
                return (q.call(x).matmul(x.transpose(1, 2)) / Math.Sqrt(8)).masked_fill(mask, double.NegativeInfinity).softmax(-1).matmul(x);
            };
        }), 8),
        ["GEGLU"] = Long(() => new Own(n =>
        {
            Linear one = n.With(Linear(8, 12)), two = n.With(Linear(6, 8));
            return x =>
            {
                Tensor[] parts = one.call(x).chunk(2, -1);
                return two.call(parts[0] * gelu(parts[1])) / 0.7;
            };
        }), 8),
        ["mixture of experts"] = Batch(() => new Own(n =>
        {
            Linear gate = n.With(Linear(6, 3));
            Linear[] experts = [n.With(Linear(6, 4)), n.With(Linear(6, 4)), n.With(Linear(6, 4))];
            return x =>
            {
                (Tensor values, Tensor places) = gate.call(x).topk(2, 1);
                Tensor weights = zeros(x.shape[0], 3).scatter(1, places, values.softmax(1));
                return (stack([.. experts.Select(expert => expert.call(x))], 1) * weights.unsqueeze(2)).sum(1);
            };
        }), 6),
        ["scores of all paths"] = Batch(() => new Own(n =>
        {
            Parameter step = n.With("step", randn(4, 4));
            return x => Enumerable.Range(1, 4).Aggregate(x[TensorIndex.Colon, 0], (sum, t) => (sum.unsqueeze(2) + step).logsumexp(1) + x[TensorIndex.Colon, t]).logsumexp(1);
        }), 5, 4),
        ["similarities of all pairs"] = Long(() => new Own(_ => x => cosine_similarity(x.unsqueeze(2), x.unsqueeze(1), dim: -1)), 5),
        ["bags of words"] = Batch(() => new Own(n =>
        {
            EmbeddingBag mean = n.With(EmbeddingBag(10, 4, mode: EmbeddingBagMode.Mean)), most = n.With(EmbeddingBag(10, 4, mode: EmbeddingBagMode.Max));
            return x =>
            {
                Tensor words = (x * 3).to_type(ScalarType.Int64).clamp(0, 9);
                return mean.call(words) + most.forward(words, null, null);
            };
        }), 6),
    };
}
