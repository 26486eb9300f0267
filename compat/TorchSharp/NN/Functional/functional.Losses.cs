namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator mseLossOperator = new("aten::mse_loss");
            private static readonly Operator l1LossOperator = new("aten::l1_loss");
            private static readonly Operator smoothL1LossOperator = new("aten::smooth_l1_loss");
            private static readonly Operator huberLossOperator = new("aten::huber_loss");
            private static readonly Operator binaryCrossEntropyOperator = new("aten::binary_cross_entropy");
            private static readonly Operator binaryCrossEntropyWithLogitsOperator = new("aten::binary_cross_entropy_with_logits");
            private static readonly Operator crossEntropyOperator = new("aten::cross_entropy_loss");
            private static readonly Operator nllLossOperator = new("aten::nll_loss_nd");
            private static readonly Operator klDivOperator = new("aten::kl_div");

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                mseLossOperator.Call(input, target, (long)reduction);

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                l1LossOperator.Call(input, target, (long)reduction);

            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1) =>
                smoothL1LossOperator.Call(input, target, (long)reduction, beta);

            public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1, Reduction reduction = Reduction.Mean) =>
                huberLossOperator.Call(input, target, (long)reduction, delta);

            public static Tensor binary_cross_entropy(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                binaryCrossEntropyOperator.Call(input, target, weight, (long)reduction);

            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                binaryCrossEntropyWithLogitsOperator.Call(input, target, weight, pos_weights, (long)reduction);

            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean,
                double label_smoothing = 0) =>
                crossEntropyOperator.Call(input, target, weight, (long)reduction, ignore_index, label_smoothing);

            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                nllLossOperator.Call(input, target, weight, (long)reduction);

            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) =>
                klDivOperator.Call(input, target, (long)reduction, log_target);
        }
    }
}
