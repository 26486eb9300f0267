using static MLNetGen.Export.Tests.Forwards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace MLNetGen.Export.Tests;

/// <summary>Plain numbers of C# that follow from the lengths of the input, as sizes and beside tensors.</summary>
internal static class LengthForwards
{
    public static IReadOnlyDictionary<string, Case> All { get; } = new Dictionary<string, Case>
    {
        // Parts of a length, as sizes.
        ["half a length, narrowed"] = Odd(() => new Own(_ => x => x.narrow(2, 0, x.shape[2] / 2))),
        ["the other half"] = Odd(() => new Own(_ => x => x.narrow(3, x.shape[3] / 2, x.shape[3] - x.shape[3] / 2))),
        ["half a length rounded up, sliced"] = Odd(() => new Own(_ => x => x.slice(2, 0, (x.shape[2] + 1) / 2, 1))),
        ["a third of a length"] = Odd(() => new Own(_ => x => x.narrow(3, x.shape[3] / 3, x.shape[3] / 3))),
        ["windows of five by strides of three"] = Odd(() => new Own(_ => x => zeros(x.shape[0], (x.shape[2] - 5) / 3 + 1) + x.mean([1, 2, 3]).unsqueeze(1))),
        ["split in the middle"] = Odd(() => new Own(_ => x => cat(x.split([x.shape[2] / 2, x.shape[2] - x.shape[2] / 2], 2).Reverse().ToArray(), 2))),
        ["interpolate to half"] = Odd(() => new Own(_ => x => interpolate(x, [x.shape[2] / 2, x.shape[3] / 2], mode: InterpolationMode.Bilinear, align_corners: false))),
        ["interpolate to twice and one more or less"] = Odd(() => new Own(_ => x => interpolate(x, [x.shape[2] * 2 + 1, x.shape[3] * 2 - 1], mode: InterpolationMode.Bilinear, align_corners: true))),
        ["nearest neighbours to half"] = Odd(() => new Own(_ => x => interpolate(x, [(x.shape[2] + 1) / 2, x.shape[3] / 2]))),
        ["padded to a multiple of eight"] = Odd(() => new Own(_ => x => pad(x, [0, (8 - x.shape[3] % 8) % 8, 0, (8 - x.shape[2] % 8) % 8]))),
        ["cut to a multiple of four"] = Odd(() => new Own(_ => x => x.slice(2, 0, x.shape[2] / 4 * 4, 1).narrow(3, 0, x.shape[3] / 4 * 4))),
        ["the rest of a division"] = Odd(() => new Own(_ => x => x + x.shape[3] % 5)),
        ["halves of a pooled picture's size"] = Odd(() => new Own(_ => x =>
        {
            Tensor y = max_pool2d(x, 2);
            return y.narrow(2, 0, y.shape[2] / 2).narrow(3, 0, (y.shape[3] + 1) / 2);
        })),
        ["a view of halves"] = new(() => new Own(_ => x => x.view(x.shape[0], 3, x.shape[2] / 2, 2, x.shape[3] / 2, 2).amax([3, 5])), [2, 3, 8, 12], [[1, 3, 6, 10], [3, 3, 14, 22], [2, 3, 26, 4]], AnySize: true),
        ["a reshape to windows of four"] = new(
            () => new Own(_ => x => x.reshape(x.shape[0], 3, x.shape[2] / 4, 4, x.shape[3] / 4, 4).permute(0, 2, 4, 3, 5, 1).reshape(-1, 16, 3).softmax(1).reshape(-1, x.shape[2] / 4 * (x.shape[3] / 4), 16, 3)),
            [2, 3, 8, 12], [[1, 3, 4, 20], [3, 3, 12, 8], [2, 3, 28, 16]], AnySize: true),
        ["half the batch"] = Batch(() => new Own(_ => x => x.narrow(0, 0, x.shape[0] / 2 + 1)), 4),
        ["a third of a long sequence"] = Long(() => new Own(_ => x => x.narrow(1, x.shape[1] / 3, x.shape[1] - 2 * (x.shape[1] / 3))), 3),
        ["a window around the middle"] = Long(() => new Own(_ => x => x.narrow(1, x.shape[1] / 2 - 1, 2)), 3),
        ["roll by half"] = Long(() => new Own(_ => x => x.roll(x.shape[1] / 2, 1)), 3),
        ["repeat of half"] = Long(() => new Own(_ => x => x.mean([1], keepdim: true).repeat(1, x.shape[1] / 2, 1)), 3),
        ["arange to half"] = Long(() => new Own(_ => x => x.mean([1]).unsqueeze(1) + arange(0, x.shape[1] / 2, ScalarType.Float32).unsqueeze(1)), 3),
        ["twice a length less one"] = Long(() => new Own(_ => x => cat([x, x], 1).narrow(1, 0, 2 * x.shape[1] - 1)), 3),
        ["half of a length, written into"] = Long(() => new Own(_ => x =>
        {
            Tensor y = x.clone();
            y.narrow(1, 0, y.shape[1] / 2).mul_(3);
            y[TensorIndex.Colon, TensorIndex.Slice(y.shape[1] / 2, null)] = 1;
            return y + x;
        }), 3),

        // Beside tensors.
        ["divided by the root of a length"] = Long(() => new Own(_ => x => x / Math.Sqrt(x.shape[1])), 3),
        ["times the root of a length"] = Long(() => new Own(_ => x => x * Math.Sqrt(x.shape[1] * 3)), 3),
        ["times one by a length"] = Long(() => new Own(_ => x => x.sum(1) * (1.0 / x.shape[1])), 3),
        ["times one by a length, in float"] = Long(() => new Own(_ => x => x.sum(1) * (1f / x.shape[1])), 3),
        ["times one by a length less one"] = Long(() => new Own(_ => x => x.sum(1) * (1.0 / (x.shape[1] - 1))), 3),
        ["times five by a length"] = Long(() => new Own(_ => x => x * (5.0 / x.shape[1]) + x / (x.shape[1] / 7.0)), 3),
        ["a logarithm of a length"] = Long(() => new Own(_ => x => x * Math.Log(x.shape[1]) + Math.Log2(x.shape[1])), 3),
        ["a logarithm and one"] = Long(() => new Own(_ => x => x * (1 + Math.Log(x.shape[1]) / 2)), 3),
        ["the root of a length as exponent"] = Long(() => new Own(_ => x => x.abs().pow(1 / Math.Sqrt(x.shape[1]))), 3),
        ["clamp by lengths"] = Long(() => new Own(_ => x => x.clamp(-2.0 / x.shape[1], Math.Sqrt(x.shape[1]) / 4)), 3),
        ["full of one by a length"] = Long(() => new Own(_ => x => x + full([x.shape[1], 3], 1.0 / x.shape[1])), 3),
        ["masked fill by a length"] = Long(() => new Own(_ => x => x.masked_fill(x > 0, -Math.Log(x.shape[1]))), 3),
        ["half a length as a number"] = Long(() => new Own(_ => x => x * (x.shape[1] / 2) + (x.shape[1] + 1) / 2), 3),
        ["ratio of height and width"] = Odd(() => new Own(_ => x => x * ((double)x.shape[2] / x.shape[3]))),
        ["pixels of a picture"] = Odd(() => new Own(_ => x => x.sum([2, 3]) / (x.shape[2] * x.shape[3]) + 1.0 / Math.Sqrt(x.shape[2] * x.shape[3]))),
        ["places between minus one and one"] = Odd(() => new Own(_ => x => x + arange(0, x.shape[3], ScalarType.Float32) * (2.0 / (x.shape[3] - 1)) - 1)),
        ["a product of two lengths and a number"] = Odd(() => new Own(_ => x => x.flatten(2).narrow(2, 0, x.shape[2] * x.shape[3] / 2))),
        ["a mask above the diagonal"] = Long(() => new Own(_ => x => x + full([x.shape[1], x.shape[1]], double.NegativeInfinity).triu(1).softmax(1).sum(1, keepdim: true) * Math.Pow(x.shape[1], -0.5)), 3),
        ["a tensor of lengths"] = Odd(() => new Own(_ => x => x.mean([1, 2, 3]).unsqueeze(1) * tensor(new[] { (float)x.shape[2], x.shape[3], 1f / x.shape[3] }))),
        ["one by the batch"] = Batch(() => new Own(_ => x => x * (1.0 / x.shape[0])), 4),
    };

    private static Case Odd(Func<nn.Module<Tensor, Tensor>> make) =>
        new(make, [2, 3, 8, 12], [[1, 3, 7, 13], [3, 3, 15, 10], [2, 3, 21, 33], [2, 3, 50, 71]], AnySize: true);
}
