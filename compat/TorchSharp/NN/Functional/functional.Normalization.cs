namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator batchNormOperator = new("aten::batch_norm");
            private static readonly Operator instanceNormOperator = new("aten::instance_norm");
            private static readonly Operator groupNormOperator = new("aten::group_norm");
            private static readonly Operator layerNormOperator = new("aten::layer_norm");
            private static readonly Operator normOperator = new("aten::norm", "ScalarOpt_dim");

            public static Tensor batch_norm(
                Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null, bool training = false,
                double momentum = 0.1, double eps = 1e-05) =>
                batchNormOperator.Call(input, weight, bias, running_mean, running_var, training, momentum, eps, false);

            public static Tensor instance_norm(
                Tensor input, Tensor? running_mean = null, Tensor? running_var = null, Tensor? weight = null, Tensor? bias = null,
                bool use_input_stats = true, double momentum = 0.1, double eps = 1e-05) =>
                instanceNormOperator.Call(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, false);

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                groupNormOperator.Call(input, num_groups, weight, bias, eps);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                layerNormOperator.Call(input, normalized_shape, weight, bias, eps);

            /// <summary>x / max(‖x‖ₚ, eps) along a dimension.</summary>
            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1e-12)
            {
                using var norm = normOperator.Call(input, p, new[] { dim }, true);
                using var divisor = norm.clamp_min(eps);
                return input.div(divisor);
            }

            /// <summary>x / (k + alpha·mean of x² over size neighbouring channels)^beta.</summary>
            public static Tensor local_response_norm(Tensor input, long size, double alpha = 0.0001, double beta = 0.75, double k = 1)
            {
                if (input.dim() < 3)
                    throw new ArgumentException($"Invalid number of dimensions for LocalResponseNorm argument: {input.dim()}");
                return Operators.LocalResponseNorm.Call(input, size, alpha, beta, k);
            }
        }
    }
}
