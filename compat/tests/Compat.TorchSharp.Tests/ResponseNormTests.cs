namespace Compat.TorchSharpTests;

/// <summary>Against the formula, written out in float64.</summary>
public class ResponseNormTests
{
    private static Tensor Formula(Tensor x, int size, double alpha, double beta, double k)
    {
        var squares = x * x;
        long channels = x.shape[1];
        var sums = Enumerable.Range(0, (int)channels).Select(c =>
        {
            long from = Math.Max(0, c - size / 2), to = Math.Min(channels - 1, c + (size - 1) / 2);
            return squares.narrow(1, from, to - from + 1).sum(1, keepdim: true);
        });
        return x / (k + alpha / size * cat(sums.ToArray(), 1)).pow(beta);
    }

    [Theory]
    [InlineData(5, 5e-4, 0.75, 2)]
    [InlineData(1, 0.3, 0.75, 1)]
    [InlineData(4, 0.7, 0.6, 0.5)]
    [InlineData(9, 0.2, 1.5, 1)]
    public void Values_and_both_gradients_are_the_formulas(int size, double alpha, double beta, double k)
    {
        using var scope = NewDisposeScope();
        foreach (long[] shape in new long[][] { [2, 6, 40, 31], [2, 3, 5] })
        {
            var x = Numbers.Sines(shape) * 3;
            var weights = cos(x);
            Tensor[] Results(Func<Tensor, Tensor> norm, ScalarType type, bool graph)
            {
                var leaf = x.to(type, copy: true).requires_grad_();
                var y = norm(leaf);
                var first = autograd.grad([(y * weights.to(type)).sum()], [leaf], retain_graph: graph, create_graph: graph)[0];
                return graph ? [y, first, autograd.grad([first.pow(2).sum()], [leaf])[0]] : [y, first];
            }
            var expected = Results(x => Formula(x, size, alpha, beta, k), ScalarType.Float64, graph: true);
            Tensor Ours(Tensor x) => nn.functional.local_response_norm(x, size, alpha, beta, k);
            foreach (bool graph in new[] { false, true })
            {
                Tensor[] actual = Results(Ours, ScalarType.Float32, graph);
                for (int i = 0; i < actual.Length; i++)
                    Assert.True(expected[i].to(ScalarType.Float32).allclose(actual[i], 1e-5, 2e-6), $"result {i}, {(graph ? "with" : "without")} graph");
            }
            var half = Results(Ours, ScalarType.BFloat16, graph: false);
            Assert.True(expected[1].to(ScalarType.Float32).allclose(half[1].to(ScalarType.Float32), 0.03, 0.03));
        }
    }
}
