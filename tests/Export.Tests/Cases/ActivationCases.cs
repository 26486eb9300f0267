using static TorchSharp.torch.nn;
using Approximate = TorchSharp.Modules.GELU.Approximate;

namespace MLNetGen.Export.Tests.Cases;

internal static class ActivationCases
{
    public static Dictionary<string, Func<Random, LayerCase>> All { get; } = new()
    {
        ["ReLU"] = r => new(ReLU(inplace: r.Coin()), r.AnyRow()),
        ["ReLU6"] = r => new(ReLU6(inplace: r.Coin()), r.AnyRow()),
        ["LeakyReLU"] = r => new(LeakyReLU(r.NextDouble(), inplace: r.Coin()), r.AnyRow()),
        ["RReLU"] = r => new(RReLU(r.NextDouble() / 2, 0.5 + r.NextDouble() / 2, inplace: r.Coin()), r.AnyRow()),
        ["PReLU"] = r => { long[] row = r.AnyRow(); return new(PReLU(r.Coin() ? 1 : row[0]), row); },
        ["ELU"] = r => new(ELU(0.5 + r.NextDouble()), r.AnyRow()),
        ["CELU"] = r => new(CELU(0.5 + r.NextDouble()), r.AnyRow()),
        ["SELU"] = r => new(SELU(), r.AnyRow()),
        ["GELU"] = r => new(GELU(), r.AnyRow()),
        ["GELU by tanh"] = r => new(GELU(Approximate.tanh), r.AnyRow()),
        ["SiLU"] = r => new(SiLU(inplace: r.Coin()), r.AnyRow()),
        ["Mish"] = r => new(Mish(inplace: r.Coin()), r.AnyRow()),
        ["Hardswish"] = r => new(Hardswish(inplace: r.Coin()), r.AnyRow()),
        ["Hardsigmoid"] = r => new(Hardsigmoid(), r.AnyRow()),
        ["Hardtanh"] = r => new(Hardtanh(-r.NextDouble(), r.One(r.NextDouble(), float.MaxValue, double.PositiveInfinity), inplace: r.Coin()), r.AnyRow()),
        ["Hardshrink"] = r => new(Hardshrink(r.NextDouble()), r.AnyRow()),
        ["Softshrink"] = r => new(Softshrink(r.NextDouble()), r.AnyRow()),
        ["Tanhshrink"] = r => new(Tanhshrink(inplace: r.Coin()), r.AnyRow()),
        ["Threshold"] = r => new(Threshold(r.NextDouble() - 0.5, 4 * r.NextDouble() - 2, inplace: r.Coin()), r.AnyRow()),
        ["Tanh"] = r => new(Tanh(), r.AnyRow()),
        ["Sigmoid"] = r => new(Sigmoid(), r.AnyRow()),
        ["LogSigmoid"] = r => new(LogSigmoid(), r.AnyRow()),
        ["Softplus"] = r => new(Softplus(0.5 + r.NextDouble(), r.Next(1, 30)), r.AnyRow()),
        ["Softsign"] = r => new(Softsign(), r.AnyRow()),
        ["GLU"] = r =>
        {
            long[] row = [.. r.AnyRow().Select(length => 2 * length)];
            return new(GLU(AnyAxis(r, row)), row) { Multiple = 2 };
        },
        ["Softmax"] = r => { long[] row = r.AnyRow(); return new(Softmax(AnyAxis(r, row)), row); },
        ["Softmin"] = r => { long[] row = r.AnyRow(); return new(Softmin(AnyAxis(r, row)), row); },
        ["LogSoftmax"] = r => { long[] row = r.AnyRow(); return new(LogSoftmax(AnyAxis(r, row)), row); },
        ["Softmax2d"] = r => new(Softmax2d(), r.Picture(r.Next(2, 5))),
    };

    // Not the batch; counted from either end.
    private static long AnyAxis(Random r, long[] row) => r.Coin() ? r.Next(1, row.Length + 1) : -r.Next(1, row.Length + 1);
}
