using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class LayerConversionTests
{
    private const int Configurations = 4;

    private static readonly Dictionary<string, Func<Random, (ExportableModule Module, long[] Row)>> Layers = new()
    {
        ["Linear"] = r => (Linear(r.Next(1, 9), r.Next(1, 9), r.Next(2) == 0), null!),
        ["Conv1d"] = Conv1dCase,
        ["Conv3d"] = r => (Conv3d(2, 3, r.Next(1, 4), stride: r.Next(1, 3), padding: r.Next(0, 2)), [2, r.Next(4, 7), r.Next(4, 7), r.Next(4, 7)]),
        ["Conv2d"] = Conv2dCase,
        ["Conv2d same"] = Conv2dSameCase,
        ["Conv2d reflect"] = r => Conv2dPaddedCase(r, PaddingModes.Reflect),
        ["Conv2d replicate"] = r => Conv2dPaddedCase(r, PaddingModes.Replicate),
        ["Conv2d circular"] = r => Conv2dPaddedCase(r, PaddingModes.Circular),
        ["ConvTranspose2d"] = ConvTranspose2dCase,
        ["ConvTranspose1d"] = r => (ConvTranspose1d(2, 3, r.Next(2, 5), stride: r.Next(1, 4), padding: r.Next(0, 2), dilation: r.Next(1, 3)), [2, r.Next(3, 8)]),
        ["ConvTranspose3d"] = r => (ConvTranspose3d(2, 3, r.Next(2, 4), stride: r.Next(1, 3)), [2, r.Next(2, 4), r.Next(2, 4), r.Next(2, 4)]),
        ["BatchNorm3d"] = r => (BatchNorm3d(2), [2, r.Next(2, 4), r.Next(2, 4), r.Next(2, 4)]),
        ["InstanceNorm1d"] = r => (InstanceNorm1d(3, affine: r.Next(2) == 0), [3, r.Next(2, 9)]),
        ["InstanceNorm3d"] = r => (InstanceNorm3d(2, affine: r.Next(2) == 0), [2, r.Next(2, 4), r.Next(2, 4), r.Next(2, 4)]),
        ["BatchNorm1d"] = r => { int c = r.Next(1, 6); return (BatchNorm1d(c, eps: Epsilon(r)), r.Next(2) == 0 ? [c] : [c, r.Next(2, 6)]); },
        ["BatchNorm2d"] = r => { int c = r.Next(1, 6); return (BatchNorm2d(c, eps: Epsilon(r), affine: r.Next(2) == 0), Picture(r, c)); },
        ["InstanceNorm2d"] = r =>
        {
            int c = r.Next(1, 6);
            return (InstanceNorm2d(c, eps: Epsilon(r), affine: r.Next(2) == 0, track_running_stats: r.Next(2) == 0), Picture(r, c));
        },
        ["GroupNorm"] = r => { int g = r.Next(1, 4), c = g * r.Next(1, 4); return (GroupNorm(g, c, eps: Epsilon(r), affine: r.Next(2) == 0), Picture(r, c)); },
        ["LayerNorm"] = r =>
        {
            long[] shape = r.Next(2) == 0 ? [r.Next(2, 9)] : [r.Next(2, 5), r.Next(2, 9)];
            return (LayerNorm(shape, eps: Epsilon(r), elementwise_affine: r.Next(2) == 0), [r.Next(1, 4), .. shape]);
        },
        ["LocalResponseNorm"] = r => (LocalResponseNorm(r.Next(1, 6), 1e-2 * r.Next(1, 9), 0.75, 1 + r.NextDouble()), Picture(r, r.Next(3, 9))),
        ["MaxPool1d"] = r => (MaxPool1d(3, stride: r.Next(1, 4), padding: r.Next(0, 2), dilation: r.Next(1, 3), ceil_mode: r.Next(2) == 0), [2, r.Next(7, 12)]),
        ["AvgPool1d"] = r => (AvgPool1d(3, stride: r.Next(1, 4), padding: r.Next(0, 2), ceil_mode: r.Next(2) == 0, count_include_pad: r.Next(2) == 0), [2, r.Next(7, 12)]),
        ["AdaptiveAvgPool1d"] = r => (AdaptiveAvgPool1d(r.Next(1, 6)), [2, r.Next(5, 12)]),
        ["MaxPool2d"] = r =>
        {
            long k = r.Next(2, 4);
            return (MaxPool2d((k, k), stride: (r.Next(1, 4), r.Next(1, 4)), padding: (r.Next(0, 2), r.Next(0, 2)), ceil_mode: r.Next(2) == 0), Picture(r, 2, 7));
        },
        ["MaxPool2d dilated"] = r => (MaxPool2d((3, 2), stride: (2, 1), dilation: (r.Next(1, 3), r.Next(1, 4)), ceil_mode: r.Next(2) == 0), Picture(r, 2, 8)),
        ["AvgPool2d"] = r =>
        {
            long k = r.Next(2, 4);
            return (AvgPool2d((k, k), stride: (r.Next(1, 4), r.Next(1, 4)), padding: (r.Next(0, 2), r.Next(0, 2)), ceil_mode: r.Next(2) == 0,
                count_include_pad: r.Next(2) == 0, divisor_override: r.Next(3) == 0 ? 5 : null), Picture(r, 2, 7));
        },
        ["AdaptiveAvgPool2d to 1"] = r => (AdaptiveAvgPool2d(1), Picture(r, r.Next(1, 5))),
        ["AdaptiveAvgPool2d"] = r => (AdaptiveAvgPool2d((r.Next(1, 5), r.Next(1, 5))), Picture(r, r.Next(1, 4), 4)),
        ["Flatten"] = r => (Flatten(r.Next(1, 3), r.Next(2) == 0 ? -1 : 2), Picture(r, 3)),
        ["Unflatten"] = r => { long a = r.Next(1, 4), b = r.Next(1, 4); return (Unflatten(1, [a, b]), [a * b, 3]); },
        ["PixelShuffle"] = r => { int f = r.Next(1, 4); return (PixelShuffle(f), Picture(r, f * f * r.Next(1, 3))); },
        ["PixelUnshuffle"] = r => { int f = r.Next(1, 4); return (PixelUnshuffle(f), [r.Next(1, 3), f * r.Next(1, 4), f * r.Next(1, 4)]); },
        ["Upsample nearest by factor"] = r => (Upsample(scale_factor: [r.Next(1, 4), 2.5], mode: UpsampleMode.Nearest), Picture(r, 2)),
        ["Upsample nearest to size"] = r => (Upsample(size: [r.Next(3, 12), r.Next(3, 12)], mode: UpsampleMode.Nearest), Picture(r, 2)),
        ["Upsample bilinear"] = r => (Upsample(size: [r.Next(3, 12), r.Next(3, 12)], mode: UpsampleMode.Bilinear, align_corners: r.Next(2) == 0), Picture(r, 2)),
        ["ReflectionPad2d"] = r => (ReflectionPad2d((r.Next(0, 3), r.Next(0, 3), r.Next(0, 3), r.Next(0, 3))), Picture(r, 2, 4)),
        ["ReplicationPad2d"] = r => (ReplicationPad2d((r.Next(0, 3), r.Next(0, 3), r.Next(0, 3), r.Next(0, 3))), Picture(r, 2, 4)),
        ["ZeroPad2d"] = r => (ZeroPad2d((r.Next(0, 3), r.Next(0, 3), r.Next(0, 3), r.Next(0, 3))), Picture(r, 2)),
        ["ConstantPad2d"] = r => (ConstantPad2d((r.Next(0, 3), r.Next(0, 3), r.Next(0, 3), r.Next(0, 3)), r.NextDouble()), Picture(r, 2)),
        ["ReLU"] = r => (ReLU(inplace: r.Next(2) == 0), Picture(r, 2)),
        ["ReLU6"] = r => (ReLU6(), Picture(r, 2)),
        ["LeakyReLU"] = r => (LeakyReLU(r.NextDouble()), Picture(r, 2)),
        ["PReLU"] = r => { int c = r.Next(1, 4); return (PReLU(c), Picture(r, c)); },
        ["ELU"] = r => (ELU(0.5 + r.NextDouble()), Picture(r, 2)),
        ["CELU"] = r => (CELU(0.5 + r.NextDouble()), Picture(r, 2)),
        ["SELU"] = r => (SELU(), Picture(r, 2)),
        ["GELU"] = r => (GELU(), Picture(r, 2)),
        ["GELU by tanh"] = r => (GELU(TorchSharp.Modules.GELU.Approximate.tanh), Picture(r, 2)),
        ["LogSigmoid"] = r => (LogSigmoid(), Picture(r, 2)),
        ["Softsign"] = r => (Softsign(), Picture(r, 2)),
        ["SiLU"] = r => (SiLU(), Picture(r, 2)),
        ["Mish"] = r => (Mish(), Picture(r, 2)),
        ["Hardswish"] = r => (Hardswish(), Picture(r, 2)),
        ["Hardsigmoid"] = r => (Hardsigmoid(), Picture(r, 2)),
        ["Hardtanh"] = r => (Hardtanh(-r.NextDouble(), r.NextDouble()), Picture(r, 2)),
        ["Tanh"] = r => (Tanh(), Picture(r, 2)),
        ["Sigmoid"] = r => (Sigmoid(), Picture(r, 2)),
        ["Softplus"] = r => (Softplus(0.5 + r.NextDouble(), r.Next(1, 30)), Picture(r, 2)),
        ["Softmax"] = r => (Softmax(r.Next(1, 4)), Picture(r, 3)),
        ["LogSoftmax"] = r => (LogSoftmax(r.Next(-3, 0)), Picture(r, 3)),
        ["Dropout"] = r => (Dropout(0.5), Picture(r, 2)),
        ["Dropout2d"] = r => (Dropout2d(0.5), Picture(r, 2)),
        ["Dropout1d"] = r => (Dropout1d(0.5), [2, 5]),
        ["Dropout3d"] = r => (Dropout3d(0.5), [2, 3, 4, 5]),
        ["AlphaDropout"] = r => (AlphaDropout(0.5), Picture(r, 2)),
        ["FeatureAlphaDropout"] = r => (FeatureAlphaDropout(0.5), Picture(r, 2)),
        ["Identity"] = r => (Identity(), Picture(r, 2)),
        ["Sequential without layers"] = r => (Sequential(), Picture(r, 2)),
        ["Reshape"] = r => (new Reshape(-1, 2), [r.Next(1, 4), 4]),
        ["Permute"] = r => (new Permute(0, -1, 1, 2), Picture(r, 3)),
        ["Scale"] = r => (new Scale(r.NextDouble(), r.Next(2)), Picture(r, 2)),
        ["Slice"] = r => (new Slice(1, r.Next(0, 2), r.Next(1, 3)), Picture(r, 4)),
        ["Mean"] = r => (new Mean([2, 3], r.Next(2) == 0), Picture(r, 3)),
    };

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string layer in Layers.Keys)
            {
                for (int seed = 0; seed < Configurations; seed++) cases.Add(layer, seed);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Exported_layer_gives_the_same_numbers_in_ONNX_Runtime(string layer, int seed)
    {
        manual_seed(seed);
        var random = new Random(seed);
        (ExportableModule module, long[]? row) = Layers[layer](random);
        if (module.Module is Linear linear) row = random.Next(2) == 0 ? [linear.in_features] : [3, linear.in_features];
        Parity.Shaken(module.Module);
        Parity.Holds(module, [row!]);
    }

    [Fact]
    public void Every_built_in_converter_is_tested()
    {
        var tested = Layers.Keys.Select(layer => layer.Split(' ')[0]).ToHashSet();
        Assert.DoesNotContain(OnnxConverters.BuiltInNames, name => !tested.Contains(name));
    }

    [Fact]
    public void BatchNorm_without_running_statistics_uses_the_batch()
    {
        manual_seed(1);
        Parity.Holds(Parity.Shaken(BatchNorm2d(3, track_running_stats: false)), 3, 4, 5);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(20)]
    [InlineData(21)]
    public void Every_operator_set_gives_the_same_numbers(int opset)
    {
        manual_seed(opset);
        Module<Tensor, Tensor> network = Parity.Shaken(Sequential(
            ReflectionPad2d(1), Conv2d(3, 6, 3), BatchNorm2d(6), GELU(), GroupNorm(2, 6), MaxPool2d(2),
            InstanceNorm2d(6, affine: true), Mish(), Hardswish(), Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest),
            ConvTranspose2d(6, 4, 3, stride: 2), LayerNorm(33), new Mean([3]), Flatten(), Linear(132, 5), Softmax(1)));
        Parity.Holds(network, [[3, 16, 16]], options: new OnnxExportOptions { Opset = opset });
    }

    private static (ExportableModule, long[]) Conv1dCase(Random r)
    {
        int groups = r.Next(1, 3);
        return (Conv1d(2 * groups, 3 * groups, r.Next(1, 4), stride: r.Next(1, 3), padding: r.Next(0, 3), dilation: r.Next(1, 3),
            groups: groups, bias: r.Next(2) == 0), [2 * groups, r.Next(6, 10)]);
    }

    private static (ExportableModule, long[]) Conv2dCase(Random r)
    {
        int groups = r.Next(1, 4);
        int input = groups * r.Next(1, 4), output = groups * r.Next(1, 4);
        return (Conv2d(input, output, (r.Next(1, 4), r.Next(1, 4)), stride: (r.Next(1, 3), r.Next(1, 3)), padding: (r.Next(0, 3), r.Next(0, 3)),
            dilation: (r.Next(1, 3), r.Next(1, 3)), groups: groups, bias: r.Next(2) == 0), Picture(r, input, 6));
    }

    private static (ExportableModule, long[]) Conv2dSameCase(Random r) =>
        (Conv2d(2, 3, (r.Next(1, 5), r.Next(1, 5)), stride: (1, 1), padding: Padding.Same, dilation: (r.Next(1, 3), r.Next(1, 3))), Picture(r, 2, 6));

    private static (ExportableModule, long[]) Conv2dPaddedCase(Random r, PaddingModes mode) =>
        (Conv2d(2, 3, (3, 2), stride: (1, 2), padding: (r.Next(0, 3), r.Next(0, 3)), padding_mode: mode), Picture(r, 2, 4));

    private static (ExportableModule, long[]) ConvTranspose2dCase(Random r)
    {
        int groups = r.Next(1, 3), stride = r.Next(1, 4);
        return (ConvTranspose2d(2 * groups, 3 * groups, (r.Next(2, 5), r.Next(2, 5)), stride: (stride, stride), padding: (r.Next(0, 2), r.Next(0, 2)),
            output_padding: stride > 1 ? (1, 1) : (0, 0), groups: groups, bias: r.Next(2) == 0), Picture(r, 2 * groups, 3));
    }

    private static double Epsilon(Random r) => Math.Pow(10, -r.Next(2, 6));

    private static long[] Picture(Random r, int channels, int least = 2) => [channels, r.Next(least, least + 5), r.Next(least, least + 5)];
}
