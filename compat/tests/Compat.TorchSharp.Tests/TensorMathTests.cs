namespace Compat.TorchSharpTests;

// Expectations are formulas, or PyTorch 1.13's numbers.
public class TensorMathTests
{
    private static Tensor Grid() => tensor(new float[,] { { 1, 2, 3 }, { 4, 5, 9 } });

    private static void Near(double[] expected, Tensor actual)
    {
        using var values = actual.to(float64);
        Assert.Equal(expected, values.data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6 || (double.IsNaN(a) && double.IsNaN(b)));
    }

    public static TheoryData<string, Func<Tensor, Tensor>, Func<Tensor, Tensor>, Func<double, double>> Elementwise() => new()
    {
        { "exp", t => t.exp(), t => t.exp_(), Math.Exp },
        { "log", t => t.log(), t => t.log_(), Math.Log },
        { "log1p", t => t.log1p(), t => t.log1p_(), x => Math.Log(1 + x) },
        { "sqrt", t => t.sqrt(), t => t.sqrt_(), Math.Sqrt },
        { "rsqrt", t => t.rsqrt(), t => t.rsqrt_(), x => 1 / Math.Sqrt(x) },
        { "square", t => t.square(), t => t.pow_(2), x => x * x },
        { "abs", t => t.abs(), t => t.abs_(), Math.Abs },
        { "neg", t => -t, t => t.neg_(), x => -x },
        { "sin", t => t.sin(), t => t.sin_(), Math.Sin },
        { "tanh", t => t.tanh(), t => t.tanh_(), Math.Tanh },
        { "sigmoid", t => t.sigmoid(), t => t.sigmoid_(), x => 1 / (1 + Math.Exp(-x)) },
        { "relu", t => t.relu(), t => t.relu_(), x => Math.Max(0, x) },
        { "leaky_relu", t => t.leaky_relu(0.2), t => t.leaky_relu_(0.2), x => x < 0 ? 0.2 * x : x },
        { "elu", t => t.elu(), t => t.elu_(), x => x < 0 ? Math.Exp(x) - 1 : x },
        { "silu", t => t.silu(), t => t.silu_(), x => x / (1 + Math.Exp(-x)) },
        { "clamp", t => t.clamp(-1, 1), t => t.clamp_(-1, 1), x => Math.Clamp(x, -1, 1) },
        { "clamp_min", t => t.clamp(min: 0.5), t => t.clamp_min_(0.5), x => Math.Max(0.5, x) },
        { "floor", t => t.floor(), t => t.floor_(), Math.Floor },
        { "round", t => t.round(), t => t.round_(), x => Math.Round(x, MidpointRounding.ToEven) },
        { "reciprocal", t => t.reciprocal(), t => t.reciprocal_(), x => 1 / x },
        { "scalar minus", t => 3 - t, t => t.sub_(3).neg_(), x => 3 - x },
        { "scalar over", t => 3.0 / t, t => t.reciprocal_().mul_(3), x => 3 / x },
        { "axpy", t => t.add(t, 2), t => t.add_(t.clone(), 2), x => 3 * x },
        { "addcmul", t => t.addcmul(t, t, 0.5), t => t.addcmul_(t.clone(), t.clone(), 0.5), x => x + 0.5 * x * x },
        { "lerp", t => t.lerp(zeros_like(t), full_like(t, 0.25)), t => t.lerp_(zeros_like(t), full_like(t, 0.25)), x => 0.75 * x },
    };

    [Theory]
    [MemberData(nameof(Elementwise))]
    public void Functions_of_one_number_follow_their_formula(
        string name, Func<Tensor, Tensor> f, Func<Tensor, Tensor> inPlace, Func<double, double> formula)
    {
        using var scope = NewDisposeScope();
        Assert.NotEmpty(name);
        double[] inputs = [-2.5, -0.3, 0.4, 1.5, 2.5];
        var x = tensor(inputs);
        Near([.. inputs.Select(formula)], f(x));
        Near(inputs, x);
        Assert.Same(x, inPlace(x));
        Near([.. inputs.Select(formula)], x);
    }

    [Fact]
    public void Operators_take_tensors_and_numbers_on_either_side()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[] { 6f, 8f });
        var b = tensor(new[] { 4f, 2f });
        Near([10, 10], a + b);
        Near([2, 6], a - b);
        Near([24, 16], a * b);
        Near([1.5, 4], a / b);
        Near([2, 0], a % b);
        Near([7, 9], 1 + a);
        Near([-5, -7], 1 - a);
        Near([0.5, 0.375], 3 / a);
        Near([1, 0], a < 7);
        Near([0, 1], 7 < a);
        Near([0, 1], a == 8);
        Assert.Equal(ScalarType.Bool, (a >= b).dtype);
    }

    [Fact]
    public void Integers_stay_integers_until_a_real_number_joins()
    {
        using var scope = NewDisposeScope();
        var i = tensor(new[] { 1L, 2L });
        Assert.Equal(int64, (i + 1).dtype);
        Assert.Equal(float32, (i + 0.5).dtype);
        Assert.Equal(float32, (i / 2).dtype);
        Near([0.5, 1], i / 2);
    }

    [Fact]
    public void Division_rounds_as_asked_and_remainders_follow_the_divisor()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { -7f, 7f });
        Near([-3, 3], x.div(2, RoundingMode.trunc));
        Near([-4, 3], x.div(2, RoundingMode.floor));
        Near([-3.5, 3.5], x.div(2));
        var n = tensor(new[] { -5L, 3L });
        Near([-2, 0], n.fmod(3));
        Near([1, 0], n.remainder(3));
        Near([-2, 1], n.floor_divide(3));
    }

    [Fact]
    public void Reductions_give_PyTorchs_numbers()
    {
        using var scope = NewDisposeScope();
        var x = Grid();
        Near([24], x.sum());
        Near([5, 7, 12], x.sum(0L)); // a plain 0 would be taken for a ScalarType
        Near([6, 18], x.sum([1], keepdim: false));
        Assert.Equal([2L, 1L], x.sum(1, keepdim: true).shape);
        Near([4], x.mean());
        Near([2, 6], x.mean([1]));
        Near([2.8284270763397217], x.std());
        Near([1, 7], x.var(1));
        Near([0.8164966106414795, 2.1602468490600586], x.std(1, unbiased: false));
        Near([6, 180], x.prod(1));
        Near([11.661903381347656], x.norm());
        Near([3.4076058864593506, 9.024744987487793], x.logsumexp(1));
        Near([1, 3, 6, 4, 9, 18], x.cumsum(1));
        Near([5], x.argmax());
        Near([0, 0], x.argmin(1));
        Near([3, 9], x.amax(1));
        Near([2, 5], x.quantile(tensor(0.5f), 1));
        Near([3], x.median());
    }

    [Fact]
    public void Extremes_come_with_their_places()
    {
        using var scope = NewDisposeScope();
        var x = Grid();
        var (values, indexes) = x.max(1);
        Near([3, 9], values);
        Near([2, 2], indexes);
        var (top, where) = x.topk(2);
        Near([3, 2, 9, 5], top);
        Near([2, 1, 2, 1], where);
        var (sorted, order) = x.sort(descending: true);
        Near([3, 2, 1, 9, 5, 4], sorted);
        Near([2, 1, 0, 2, 1, 0], order);
        var (found, inverse, counts) = tensor(new[] { 3L, 1L, 3L }).unique(return_inverse: true, return_counts: true);
        Near([1, 3], found);
        Near([1, 0, 1], inverse!);
        Near([1, 2], counts!);
        Near([2, 5], x.kthvalue(2, 1).Item1);
        var (std, mean) = x.std_mean(1);
        Near([2, 6], mean);
        Near([1, Math.Sqrt(7)], std);
    }

    [Fact]
    public void Unique_gives_null_for_what_was_not_asked()
    {
        using var repeated = tensor(new[] { 3L, 3L, 1L });
        Assert.Equal((true, true), Missing(repeated.unique()));
        Assert.Equal((true, false), Missing(repeated.unique(return_counts: true, dim: 0)));
        Assert.Equal((false, true), Missing(unique_consecutive(repeated, return_inverse: true)));

        static (bool Inverse, bool Counts) Missing((Tensor output, Tensor? inverse_indices, Tensor? counts) found) =>
            (found.inverse_indices is null, found.counts is null);
    }

    [Fact]
    public void Truth_values_are_summed_up_by_any_and_all()
    {
        using var scope = NewDisposeScope();
        var x = Grid() > 1;
        Assert.False(x.all().ToBoolean());
        Assert.True(x.any().ToBoolean());
        Near([0, 1], x.all(1));
        Near([5], x.sum());
        Near([0, 1, 0], tensor(new[] { 1f, float.NaN, 2f }).isnan());
        Assert.True(Grid().allclose(Grid() + 1e-6));
        Assert.False(Grid().allclose(Grid() + 1e-2));
    }

    [Fact]
    public void Softmaxes_and_activations_give_PyTorchs_numbers()
    {
        using var scope = NewDisposeScope();
        var x = Grid();
        Near([0.09003057330846786, 0.2447284758090973, 0.6652409434318542, 0.006573262624442577, 0.017867980524897575, 0.9755586981773376], x.softmax(1));
        Near([0, 0], x.log_softmax(1).exp().sum(1) - 1);
        Near([1.31326162815094, 2.1269280910491943, 3.0485873222351074], x[0].softplus());
        Near([-0.1586552858352661, 0, 0.8413447141647339], tensor(new[] { -1f, 0f, 1f }).gelu());
        Near([1.644934058189392], tensor(1f).polygamma(1));
        Near([2.356194496154785], tensor(1f).atan2(tensor(-1f)));
        Near([0], tensor(0f).xlogy(tensor(0f)));
    }

    [Fact]
    public void Products_of_matrices_follow_the_definition()
    {
        using var scope = NewDisposeScope();
        var x = Grid();
        Near([14, 41, 41, 122], x.matmul(x.T));
        Near([14, 41, 41, 122], x.mm(x.t()));
        Near([14, 122], x.unsqueeze(1).bmm(x.unsqueeze(2)));
        Near([14, 41], x.mv(tensor(new[] { 1f, 2f, 3f })));
        Near([32], x[0].dot(tensor(new[] { 4f, 5f, 6f })));
        Near([2, 3, 3, 5], eye(2).addmm(tensor(new float[,] { { 1 }, { 3 } }), tensor(new float[,] { { 1, 3 } }), 1, 1) - tensor(new float[,] { { 0, 0 }, { 0, 5 } }));
        Near([-2], tensor(new float[,] { { 1, 2 }, { 3, 4 } }).det());
        Near([14, 41, 41, 122], einsum("ik,jk->ij", x, x));
    }

    [Fact]
    public void Shapes_change_as_asked()
    {
        using var scope = NewDisposeScope();
        var x = arange(24).reshape(2, 3, 4);
        Assert.Equal([6L, 4L], x.view(-1, 4).shape);
        Assert.Equal([4L, 2L, 3L], x.permute(2, 0, 1).shape);
        Assert.Equal([4L, 3L, 2L], x.transpose(0, 2).shape);
        Assert.Equal([2L, 12L], x.flatten(1).shape);
        Assert.Equal([2L, 3L, 2L, 2L], x.unflatten(2, 2, 2).shape);
        Assert.Equal([2L, 1L, 3L, 4L], x.unsqueeze(1).shape);
        Assert.Equal([2L, 3L, 4L], x.unsqueeze(1).squeeze().shape);
        Assert.Equal([2L, 3L, 4L], x.unsqueeze(0).squeeze(0).shape);
        Assert.Equal([2L, 6L, 8L], x.repeat(1, 2, 2).shape);
        Assert.Equal([5L, 2L, 3L, 4L], x.expand(5, -1, -1, -1).shape);
        Assert.Equal([2L, 2L, 4L], x.narrow(1, 1, 2).shape);
        Assert.Equal([2L, 3L, 2L], x.slice(2, 0, 4, 2).shape);
        Assert.Equal([3L, 1L], x.split([3, 1], 2).Select(p => p.size(2)));
        Assert.Equal([2L, 2L], x.split(2, 2).Select(p => p.size(-1)));
        Assert.Equal([2L, 1L], x.chunk(2, 1).Select(p => p.size(1)));
        Assert.Equal(3, x.unbind(1).Length);
        Assert.Equal([4L, 3L, 4L], cat([x, x]).shape);
        Assert.Equal([2L, 2L, 3L, 4L], stack([x, x], 1).shape);
        Near([3, 2, 1, 0], x[0, 0].flip(0));
        Near([3, 0, 1, 2], x[0, 0].roll(1));
        Assert.False(x.permute(2, 0, 1).is_contiguous());
        Assert.True(x.permute(2, 0, 1).contiguous().is_contiguous());
        Assert.Equal([12L, 4L, 1L], x.stride());
    }

    [Fact]
    public void Every_operator_that_is_named_exists()
    {
        var operators = typeof(Aten).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic);
        Assert.True(operators.Length > 500);
        var unknown = operators.Select(f => (Operator)f.GetValue(null)!).Where(op => !op.Exists()).Select(op => op.ToString());
        Assert.Empty(unknown);
    }

    [Fact]
    public void Nonzero_elements_are_counted_in_all_or_along_some_axes()
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 0, 1, 2, 0, 0, 3 }).reshape(2, 3);
        Assert.Equal(3, x.count_nonzero().item<long>());
        Assert.Equal([0, 1, 2], x.count_nonzero([0]).data<long>().ToArray());
    }

    [Fact]
    public void A_symmetric_matrix_has_the_eigenvalues_of_its_characteristic_polynomial()
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor(new double[,] { { 2, 1 }, { 1, 2 } });
        (Tensor values, Tensor vectors) = linalg.eigh(x);
        Near([1, 3], values);
        Near([1, 3], linalg.eigvalsh(x, 'U'));
        Near([2, 1, 1, 2], (vectors * values).matmul(vectors.t()));
    }

    [Fact]
    public void Distances_between_rows_are_those_of_the_norm()
    {
        using var scope = NewDisposeScope();
        Tensor a = tensor(new double[,] { { 0, 0 }, { 3, 4 } }), b = tensor(new double[,] { { 3, 4 } });
        Near([5, 0], cdist(a, b));
        Near([5, 0], cdist(a, b, compute_mode: compute_mode.donot_use_mm_for_euclid_dist));
        Near([7, 0], cdist(a, b, p: 1));
        Assert.Throws<ArgumentException>(() => cdist(a, b, p: -1));
    }
}
