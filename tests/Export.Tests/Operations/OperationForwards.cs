using TorchSharp;
using static MLNetGen.Export.Tests.Forwards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace MLNetGen.Export.Tests;

/// <summary>One operation each, with the settings that are hard to write.</summary>
internal static class OperationForwards
{
    public static IReadOnlyDictionary<string, Case> All { get; } = new Dictionary<string, Case>
    {
        // What layers have too, in functional form.
        ["avg_pool2d in ceil mode with a divisor"] = Sized(() => new Own(_ => x => avg_pool2d(x, [3L, 3], [2L, 2], [1L, 1], ceil_mode: true, divisor_override: 5)), 2),
        ["avg_pool2d in ceil mode"] = Sized(() => new Own(_ => x => avg_pool2d(x, [3L, 3], [2L, 2], [1L, 1], ceil_mode: true, count_include_pad: false)), 2),
        ["max_pool2d in ceil mode"] = Sized(() => new Own(_ => x => max_pool2d(x, [3L, 2], [2L, 2], ceil_mode: true)), 2),
        ["values of a max pool with places"] = Sized(() => new Own(_ => x => max_pool2d_with_indices(x, [2L, 2]).output), 2),
        ["adaptive_avg_pool2d of any size"] = Sized(() => new Own(_ => x => adaptive_avg_pool2d(x, [3, 5])), 2),
        ["adaptive_max_pool2d of any size"] = Sized(() => new Own(_ => x => adaptive_max_pool2d(x, [3L, 5])), 2),
        ["interpolate by one and a half"] = Sized(() => new Own(_ => x => interpolate(x, scale_factor: [1.5, 1.5], mode: InterpolationMode.Bilinear, align_corners: false)), 2),
        ["nearest neighbours by one and a half"] = Sized(() => new Own(_ => x => interpolate(x, scale_factor: [1.5, 1.5])), 2),
        ["nearest neighbours to twice the size"] = Sized(() => new Own(_ => x => interpolate(x, [x.shape[2] * 2, x.shape[3] * 2])), 2),
        ["nearest neighbours to another's size"] = Sized(() => new Own(_ => x => interpolate(avg_pool2d(x, 3), [x.shape[2], x.shape[3]])), 2),
        ["nearest neighbours to a fixed size"] = Sized(() => new Own(_ => x => interpolate(x, [7, 9])), 2),
        ["circular padding"] = Sized(() => new Own(_ => x => pad(x, [2, 1, 0, 3], PaddingModes.Circular)), 2),
        ["replicating padding"] = Sized(() => new Own(_ => x => pad(x, [2, 1, 0, 3], PaddingModes.Replicate)), 2),
        ["local response normalisation"] = Sized(() => new Own(_ => x => local_response_norm(x, 4)), 6),
        ["batch normalisation by the batch"] = Batch(() => new Own(_ => x => batch_norm(x, null, null, training: true)), 3, 4),
        ["normalisation by root mean square"] = Batch(() => new Own(_ => x => x * (x.square().mean([-1], keepdim: true) + 1e-6).rsqrt()), 3, 4),
        ["grid of an affine map, any size"] = Sized(() => new Own(n =>
        {
            TorchSharp.Modules.Linear head = n.With(nn.Linear(2, 6));
            return x => grid_sample(x, affine_grid(head.call(x.mean([2, 3])).view(-1, 2, 3), [x.shape[0], 2, x.shape[2], x.shape[3]], align_corners: false), align_corners: false);
        }), 2),

        // Numbers and lengths.
        ["linspace as long as the input"] = Long(() => new Own(_ => x => x * linspace(-1, 2, x.shape[1]).unsqueeze(1)), 3),
        ["logspace"] = Batch(() => new Own(_ => x => x * logspace(-1, 1, 5)), 5),
        ["meshgrid"] = Sized(() => new Own(_ => x =>
        {
            Tensor[] grid = meshgrid([arange(0, x.shape[2], ScalarType.Float32), arange(0, x.shape[3], ScalarType.Float32)], indexing: "ij");
            return x + grid[0] * 0.1 - grid[1] * 0.2;
        }), 2),
        ["meshgrid, columns first"] = Sized(() => new Own(_ => x =>
        {
            Tensor[] grid = meshgrid([arange(0, x.shape[3], ScalarType.Float32), arange(0, x.shape[2], ScalarType.Float32)], indexing: "xy");
            return x + grid[0] * 0.1 - grid[1] * 0.2;
        }), 2),
        ["roll further than an axis is long"] = Long(() => new Own(_ => x => x.roll(7, 1) - x.roll(-8, 1)), 3),
        ["roll of all elements"] = Long(() => new Own(_ => x => x.roll(4)), 3),
        ["chunks of an axis of any length"] = Long(() => new Own(_ => x => cat(x.chunk(3, 1).Reverse().ToArray(), 1)), 2),
        ["tensor_split of an axis of any length"] = Long(() => new Own(_ => x => cat(x.tensor_split(4, 1).Reverse().ToArray(), 1)), 2),
        ["tensor_split at places"] = Long(() => new Own(_ => x => cat(x.tensor_split([1, 3], 1).Reverse().ToArray(), 1)), 2),
        ["split by lengths of the input"] = Long(() => new Own(_ => x => cat(cat([x, x, x], 1).split([x.shape[1], 2 * x.shape[1]], 1).Reverse().ToArray(), 1)), 2),
        ["glu of an axis of any length"] = Long(() => new Own(_ => x => glu(cat([x, x.exp()], 1), 1)), 2),
        ["windows of an axis of any length"] = Long(() => new Own(_ => x => x.unfold(1, 4, 3).mean([-1])), 2),

        // Places.
        ["places along the second axis"] = Batch(() => new Own(_ => x => x[TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 2, 0, -1 }))]), 4, 3),
        ["places along two axes that are not the first"] = Batch(() => new Own(_ => x =>
            x[TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 2, 0, 1 })), TensorIndex.Tensor(tensor(new long[] { 1, 1, 2 }))]), 4, 3, 2),
        ["places along axes that are apart"] = Long(() => new Own(_ => x =>
            x[TensorIndex.Tensor(tensor(new long[] { 0, 0 })), TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 1, 2 }))]), 3, 2),
        ["values put at places"] = Batch(() => new Own(_ => x => x.clone().index_put_(x.exp().select(1, 0).select(1, 0).unsqueeze(1),
            TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 2, 0 })), TensorIndex.Tensor(tensor(new long[] { 1, 1 })))), 4, 3),
        ["values added at places"] = Batch(() => new Own(_ => x => x.clone().index_put_(ones(2, 3), [TensorIndex.Tensor(tensor(new long[] { 0, 0 })), TensorIndex.Tensor(tensor(new long[] { 2, 2 }))], accumulate: true)), 4, 3),
        ["a value put where a mask is"] = Batch(() => new Own(_ => x => x.clone().index_put_(tensor(0.5f), TensorIndex.Tensor(x > 0.3))), 4, 3),
        ["scatter of a part of the source"] = Batch(() => new Own(_ => x => zeros_like(x).scatter(1, x.argsort(1).narrow(1, 0, 2), x)), 5),
        ["sums of rows by place"] = Batch(() => new Own(_ => x => x.index_add(1, tensor(new long[] { 0, 2, 0 }), x.narrow(1, 0, 3).exp(), 2)), 4, 2),
        ["copies of rows by place"] = Batch(() => new Own(_ => x => x.index_copy(1, tensor(new long[] { 3, 1 }), x.narrow(1, 0, 2).exp())), 4, 2),
        ["gather of fewer rows"] = Batch(() => new Own(_ => x => x.gather(2, x.narrow(1, 0, 2).argsort(2))), 4, 3),
        ["diagonals"] = Long(() => new Own(_ => x => diagonal(x.matmul(x.transpose(1, 2)), 1, 1, 2)), 3),
        ["diagonals below"] = Batch(() => new Own(_ => x => diagonal(x, -1, 1, 3)), 5, 3, 4),
        ["matrices of diagonals"] = Long(() => new Own(_ => x => diag_embed(x, 1) - diag_embed(x, -2).narrow(-1, 1, 4).narrow(-2, 1, 4)), 3),
        ["trace"] = new(() => new Own(_ => x => trace(x.t().matmul(x))), [2, 4], [[1, 4], [3, 4], [6, 4]]),

        // Along axes.
        ["running product"] = Batch(() => new Own(_ => x => cumprod(1 - x.sigmoid(), 1)), 7),
        ["running maximum"] = Batch(() => new Own(_ => x => cummax(x, 1).values), 7),
        ["deviation and mean"] = Batch(() => new Own(_ => x =>
        {
            (Tensor std, Tensor mean) = std_mean(x, [1], unbiased: true, keepdim: true);
            return (x - mean) / std;
        }), 7),
        ["variance and mean"] = Long(() => new Own(_ => x =>
        {
            (Tensor variance, Tensor mean) = var_mean(x, [1], unbiased: false, keepdim: true);
            return (x - mean) / (variance + 0.1);
        }), 2),
        ["median of all"] = Long(() => new Own(_ => x => x - x.median()), 3),
        ["the third smallest"] = Batch(() => new Own(_ => x => x.kthvalue(3, 1).values), 7),
        ["norms of rows"] = Batch(() => new Own(_ => x => x / x.norm(1, keepdim: true, p: 2)), 5),
        ["norm of matrices"] = Batch(() => new Own(_ => x => linalg.matrix_norm(x, dims: [1, 2])), 3, 4),
        ["sums by numbers of a greatest norm"] = Batch(() => new Own(_ => x => linalg.vector_norm(x, double.NegativeInfinity, [1])), 5),

        // Element by element.
        ["angle of two numbers"] = Batch(() => new Own(_ => x => x.atan2(x.flip(1).round())), 9),
        ["hypotenuse"] = Batch(() => new Own(_ => x => (x * 1e20).hypot(x.flip(1) * 1e20).hypot(zeros(1))), 9),
        ["sinc"] = Batch(() => new Own(_ => x => sinc(x.round() * 0.5 + x.relu())), 9),
        ["buckets"] = Batch(() => new Own(_ => x => bucketize(x, tensor(new float[] { -1, 0, 0.5f })) + bucketize(x.round(), tensor(new float[] { -1, 0, 1 }), right: true)), 9),
        ["search in a sorted row"] = Batch(() => new Own(_ => x => searchsorted(x.sort(1).Values, x.exp() - 1)), 9),

        // Matrices.
        ["cross product"] = Batch(() => new Own(_ => x => linalg.cross(x, x.flip(1).exp(), 2)), 4, 3),
        ["tensordot"] = Batch(() => new Own(n =>
        {
            TorchSharp.Modules.Parameter weight = n.With("weight", randn(4, 5, 3));
            return x => tensordot(x, weight, [2, 1], [0, 2]);
        }), 3, 4),
        ["Kronecker product"] = new(() => new Own(_ => x => kron(x, x.t().exp().contiguous())), [2, 3], [[1, 3], [4, 3], [5, 3]]),
        ["determinant"] = Batch(() => new Own(_ => x => linalg.det(x)), 3, 3),
        ["pairs of rows"] = Batch(() => new Own(_ => x => pairwise_distance(x, x.flip(1), p: 1.5, keepdim: true)), 5, 3),
        ["bilinear"] = Batch(() => new Own(n =>
        {
            TorchSharp.Modules.Parameter weight = n.With("weight", randn(4, 3, 5)), bias = n.With("bias", randn(4));
            return x => bilinear(x.narrow(2, 0, 3), x, weight, bias);
        }), 2, 5),
        ["columns put together"] = Sized(() => new Own(_ => x => fold(unfold(x, (3, 3), padding: (1, 1), stride: (2, 2)), (x.shape[2], x.shape[3]), (3, 3), padding: (1, 1), stride: (2, 2))), 2),

        // Complex numbers between real ones.
        ["Fourier transform, real part"] = Batch(() => new Own(_ => x => fft.fft_(fft.fft_(x, dim: -1), dim: -2).real), 5, 12),
        ["Fourier transform of any length"] = Long(() => new Own(_ => x => fft.fft_(x, dim: 1).abs()), 3),
        ["Fourier transform there and back"] = Long(() => new Own(_ => x => fft.ifft(fft.fft_(x, dim: 1), dim: 1).real), 3),
        ["spectrum cut off and back"] = Batch(() => new Own(_ => x =>
        {
            Tensor low = fft.rfft(x, norm: FFTNormType.Ortho)[TensorIndex.Colon, TensorIndex.Slice(0, 4)];
            return fft.irfft(low, 15, norm: FFTNormType.Ortho);
        }), 15),
        ["filter of frequencies in a picture"] = Batch(() => new Own(n =>
        {
            TorchSharp.Modules.Parameter weight = n.With("weight", randn(2, 6, 5, 2));
            return x => fft.irfft2(fft.rfft2(x, norm: FFTNormType.Ortho) * view_as_complex(weight), norm: FFTNormType.Ortho);
        }), 2, 6, 8),
        ["transform in more and fewer places"] = Batch(() => new Own(_ => x => view_as_real(fft.rfft(x, 16)).sum(-1) + fft.fft_(x, 9).imag), 12),
        ["spectrogram"] = new(() => new Own(n =>
        {
            Tensor window = hann_window(12);
            n.register_buffer("window", window);
            return x => stft(x, 16, 4, 12, window, return_complex: true).abs().square().log1p();
        }), [2, 48], [[1, 64], [3, 50], [4, 33]], AnyLength: true),
        ["frequencies shifted"] = Batch(() => new Own(_ => x => fft.fftshift(fft.fft_(x), [1]).abs() + fft.ifftshift(x, [1])), 9),
    };
}
