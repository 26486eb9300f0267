using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export.Converters;

internal static class EmbeddingConverters
{
    private const long RowsAtOnce = 4096;

    public static Converter[] All { get; } = [Converter.For<Embedding>(WriteEmbedding)];

    // padding_idx concerns gradients only.
    private static void WriteEmbedding(Embedding layer, OnnxCall call)
    {
        // The registered parameter of an Embedding_from_pretrained is one that it never looks up.
        Parameter weight = layer.weight!;
        RefuseRenormalisation(layer, weight, call.Path);
        call.SetOutput(call.Weight(weight).Node("Gather", call.Input()));
    }

    // With max_norm, a row that is too long is shortened, in the weight itself, when it is looked up. Nothing public tells
    // of max_norm: every row is looked up once, and put back if it changed.
    private static void RefuseRenormalisation(Embedding layer, Parameter weight, string path)
    {
        long count = weight.shape[0];
        for (long start = 0; start < count; start += RowsAtOnce)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            Tensor rows = weight.narrow(0, start, Math.Min(RowsAtOnce, count - start)), before = rows.clone();
            layer.forward(arange(start, start + before.shape[0], dtype: ScalarType.Int64, device: weight.device));
            if (rows.allclose(before, rtol: 0, atol: 0, equal_nan: true)) continue;
            rows.copy_(before);
            throw new NotSupportedException(
                $"'{path}' (Embedding) has max_norm, and rows longer than that: it changes its weight whenever it runs, which an ONNX " +
                "file cannot. Make a copy without max_norm from the shortened rows (nn.Embedding_from_pretrained), and export that.");
        }
    }
}
