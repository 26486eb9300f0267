namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator linearOperator = new("aten::linear");
            private static readonly Operator dropoutOperator = new("aten::dropout");
            private static readonly Operator dropoutInPlace = new("aten::dropout_");
            private static readonly Operator featureDropoutOperator = new("aten::feature_dropout");
            private static readonly Operator featureDropoutInPlace = new("aten::feature_dropout_");
            private static readonly Operator oneHotOperator = new("aten::one_hot");
            private static readonly Operator bilinearOperator = new("aten::bilinear");
            private static readonly Operator cosineSimilarityOperator = new("aten::cosine_similarity");
            private static readonly Operator pairwiseDistanceOperator = new("aten::pairwise_distance");
            private static readonly Operator padOperator = new("aten::pad");

            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => linearOperator.Call(input, weights, bias);

            public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias = null) =>
                bilinearOperator.Call(input1, input2, weight, bias);

            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1e-8) =>
                cosineSimilarityOperator.Call(x1, x2, dim, eps);

            public static Tensor pairwise_distance(Tensor input1, Tensor input2, double p = 2.0, double eps = 1e-6, bool keepdim = false) =>
                pairwiseDistanceOperator.Call(input1, input2, p, eps, keepdim);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                (inplace ? dropoutInPlace : dropoutOperator).Call(input, p, training);

            public static Tensor dropout2d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                (inplace ? featureDropoutInPlace : featureDropoutOperator).Call(input, p, training);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => oneHotOperator.Call(x, num_classes);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => mode switch
            {
                PaddingModes.Reflect => padOperator.Call(input, pad, "reflect"),
                PaddingModes.Replicate => padOperator.Call(input, pad, "replicate"),
                PaddingModes.Circular => padOperator.Call(input, pad, "circular"),
                _ => padOperator.Call(input, pad, "constant", value),
            };

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.ToArray(), mode, value);

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, (long[])[pad.Item1, pad.Item2], mode, value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, (long[])[pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            // Every dimension is padded, at both ends.
            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                var everywhere = new long[2 * input.ndim];
                Array.Fill(everywhere, pad);
                return functional.pad(input, everywhere, mode, value);
            }
        }
    }
}
