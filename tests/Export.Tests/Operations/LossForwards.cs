using static MLNetGen.Export.Tests.Forwards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;
using Reduction = TorchSharp.torch.nn.Reduction;

namespace MLNetGen.Export.Tests;

/// <summary>Losses in forward, and numbers of 8 and 16 bits.</summary>
internal static class LossForwards
{
    public static IReadOnlyDictionary<string, Case> All { get; } = new Dictionary<string, Case>
    {
        ["cross entropy"] = Batch(() => new Own(_ => x => cross_entropy(x, x.argmax(1).fmod(4)).unsqueeze(0) + cross_entropy(x, x.argmin(1), reduction: Reduction.None)), 5),
        ["cross entropy, weighted, of pictures"] = Sized(() => new Own(n =>
        {
            Tensor weight = n.Buffer(rand(3) + 0.5);
            return x => cross_entropy(x, x.argmin(1), weight, ignore_index: 1).view(1);
        }), 3),
        ["cross entropy with probabilities"] = Batch(() => new Own(_ => x => cross_entropy(x, (x * 2).softmax(1), reduction: Reduction.None)), 5),
        ["negative log likelihood"] = Batch(() => new Own(_ => x => nll_loss(x.log_softmax(1), x.argmin(1), reduction: Reduction.Sum).view(1)), 5),
        ["mean of squares"] = Batch(() => new Own(_ => x => mse_loss(x, x.sin()).view(1) + mse_loss(x, x.sin(), Reduction.None)), 5),
        ["mean of distances"] = Batch(() => new Own(_ => x => l1_loss(x, x.sin(), Reduction.Sum).view(1)), 5),
        ["distances smoothed"] = Batch(() => new Own(_ => x => smooth_l1_loss(x, x.sin() * 2, Reduction.None, beta: 0.5)), 5),
        ["Huber's loss"] = Batch(() => new Own(_ => x => huber_loss(x, x.sin() * 2, delta: 0.7, Reduction.None)), 5),
        ["binary cross entropy"] = Batch(() => new Own(_ => x => binary_cross_entropy(x.sigmoid(), x.sin().sigmoid(), reduction: Reduction.None)), 5),
        ["binary cross entropy with logits, weighted"] = Batch(() => new Own(n =>
        {
            Tensor weight = n.Buffer(rand(5) + 0.5);
            return x => binary_cross_entropy_with_logits(x * 9, x.sin().sigmoid(), reduction: Reduction.None, pos_weights: weight) + binary_cross_entropy_with_logits(x, x.sigmoid()).view(1);
        }), 5),
        ["Kullback and Leibler's divergence"] = Batch(() => new Own(_ => x => kl_div(x.log_softmax(1), x.relu(), reduction: Reduction.None)), 5),
        ["finite or not"] = Batch(() => new Own(_ => x => x.log().isfinite().to_type(ScalarType.Float32)), 5),
        ["differences"] = Long(() => new Own(_ => x => x.diff(1, 1)), 3),
        ["differences to a row before"] = Long(() => new Own(_ => x => x.diff(1, 1, prepend: x.narrow(1, 2, 1), append: x.narrow(1, 0, 2))), 3),
        ["logarithm of a sum of two"] = Batch(() => new Own(_ => x => x.logaddexp(x.sin() * 30) + x.logaddexp(x)), 5),
        ["running logarithm of a sum"] = Batch(() => new Own(_ => x => (x * 20).logcumsumexp(1)), 5),
        ["broadcast to one shape"] = Batch(() => new Own(_ => x => broadcast_tensors(x, x.sum(1, keepdim: true), ones(5)).Aggregate((a, b) => a + b)), 5),
        ["bytes beyond their edges"] = Batch(() => new Own(_ => x =>
        {
            Tensor bytes = (x.abs() * 90).to_type(ScalarType.Byte);
            return (bytes + bytes * 3 - 7).to_type(ScalarType.Float32) + bytes.floor_divide(7).to_type(ScalarType.Float32) + (bytes > 20).to_type(ScalarType.Float32) + (-bytes).to_type(ScalarType.Float32);
        }), 5),
        ["numbers of 16 bits"] = Batch(() => new Own(_ => x =>
        {
            Tensor small = (x * 900).to_type(ScalarType.Int16);
            return (small * small + 5).remainder(77).to_type(ScalarType.Float32) + small.abs().clamp(3, 500).to_type(ScalarType.Float32) + small.maximum(small * 2).to_type(ScalarType.Float32);
        }), 5),
    };
}
