using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLNetGen.Onnx;
using MLNetGen.Studio.Models;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Calls;

/// <summary>The numbers of a network: histograms, and its first kernels as pictures.</summary>
internal static class WeightCalls
{
    private const int Bins = 40, MostKernels = 256;

    public static void Map(RouteGroupBuilder api, ModelFolder folder)
    {
        api.MapGet("/models/{id}/weights", (string id, CancellationToken cancel, int network = 0) => Task.Run(() =>
        {
            IReadOnlyList<OnnxWeights> weights = Read(folder, id, network);
            return new WeightList(FirstKernels(weights)?.Layer, [.. weights.Select(WeightEntry.Of)]);
        }, cancel)).IsWork().WithSummary("The stored tensors that a network's layers read, with histograms");

        api.MapGet("/models/{id}/kernels", (string id, CancellationToken cancel, int network = 0) => Task.Run(() => FirstKernels(Read(folder, id, network)) is { } kernels
            ? Results.Bytes(Draw(kernels).ToPng(), "image/png") : Problems.NotFound("this network has no convolution over a picture"), cancel))
            .IsWork().Produces(200, contentType: "image/png").WithSummary("The kernels of a network's first convolution, as a picture: grey is 0");
    }

    private static IReadOnlyList<OnnxWeights> Read(ModelFolder folder, string id, int network)
    {
        using MemoryStream bytes = new(NetworkFile.Read(folder.Model(id), network));
        return OnnxWeights.Read(bytes);
    }

    // Kernels that see a picture's own channels.
    private static OnnxWeights? FirstKernels(IReadOnlyList<OnnxWeights> weights) =>
        weights.FirstOrDefault(one => one.Operator is "Conv" && one.Input == 1) is { Shape: [_, 1 or 3, > 1 and <= 64, > 1 and <= 64] } first ? first : null;

    private static Picture Draw(OnnxWeights kernels)
    {
        (int count, int channels, int height, int width) = ((int)Math.Min(MostKernels, kernels.Shape[0]), (int)kernels.Shape[1], (int)kernels.Shape[2], (int)kernels.Shape[3]);
        int length = height * width;
        Picture[] pictures = new Picture[count];
        for (int k = 0; k < count; k++)
        {
            ReadOnlySpan<float> values = kernels.Values.Span.Slice(k * channels * length, channels * length);
            float largest = Math.Max(1e-12f, Math.Max(System.Numerics.Tensors.TensorPrimitives.Max(values), -System.Numerics.Tensors.TensorPrimitives.Min(values)));
            byte[] pixels = new byte[channels * length];
            for (int c = 0; c < channels; c++)
            {
                for (int i = 0; i < length; i++) pixels[(i * channels) + c] = (byte)Math.Clamp(MathF.Round(127.5f + (127.5f * values[(c * length) + i] / largest)), 0, 255);
            }
            pictures[k] = new(width, height, channels, pixels);
        }
        return PictureGrid.Draw(pictures, columns: (int)Math.Ceiling(Math.Sqrt(count * 2)), scale: Math.Max(1, 40 / Math.Max(width, height)), gap: 2);
    }

    /// <summary>A tensor: the layer that reads it first, and how many of its numbers lie in each of equal parts between the smallest and the largest.</summary>
    internal sealed record WeightEntry(string Name, string Layer, string Operator, string ElementType, IReadOnlyList<long> Shape, double Mean, double Deviation, double Minimum, double Maximum, IReadOnlyList<int> Bins)
    {
        public static WeightEntry Of(OnnxWeights weights)
        {
            ReadOnlySpan<float> values = weights.Values.Span;
            double sum = 0, squares = 0, minimum = double.PositiveInfinity, maximum = double.NegativeInfinity;
            int finite = 0;
            foreach (float value in values)
            {
                if (!float.IsFinite(value))
                    continue;
                finite++;
                (sum, squares, minimum, maximum) = (sum + value, squares + ((double)value * value), Math.Min(minimum, value), Math.Max(maximum, value));
            }
            int[] bins = new int[WeightCalls.Bins];
            double width = maximum > minimum ? (maximum - minimum) / bins.Length : 1;
            foreach (float value in values)
            {
                if (float.IsFinite(value))
                    bins[Math.Min(bins.Length - 1, (int)((value - minimum) / width))]++;
            }
            double mean = sum / Math.Max(1, finite);
            return new(weights.Name, weights.Layer, weights.Operator, weights.ElementType, weights.Shape, mean, Math.Sqrt(Math.Max(0, (squares / Math.Max(1, finite)) - (mean * mean))), finite > 0 ? minimum : 0, finite > 0 ? maximum : 0, bins);
        }
    }
}

/// <param name="Kernels">The layer whose kernels can be drawn; null: none.</param>
/// <param name="Weights">In the order of the layers.</param>
internal sealed record WeightList(string? Kernels, IReadOnlyList<WeightCalls.WeightEntry> Weights);
