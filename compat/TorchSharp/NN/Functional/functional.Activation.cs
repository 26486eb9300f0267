using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator reluOperator = new("aten::relu");
            private static readonly Operator reluInPlace = new("aten::relu_");
            private static readonly Operator relu6Operator = new("aten::relu6");
            private static readonly Operator relu6InPlace = new("aten::relu6_");
            private static readonly Operator seluOperator = new("aten::selu");
            private static readonly Operator seluInPlace = new("aten::selu_");
            private static readonly Operator leakyReluOperator = new("aten::leaky_relu");
            private static readonly Operator leakyReluInPlace = new("aten::leaky_relu_");
            private static readonly Operator eluOperator = new("aten::elu");
            private static readonly Operator eluInPlace = new("aten::elu_");
            private static readonly Operator celuOperator = new("aten::celu");
            private static readonly Operator celuInPlace = new("aten::celu_");
            private static readonly Operator geluOperator = new("aten::gelu");
            private static readonly Operator geluInPlace = new("aten::gelu_");
            private static readonly Operator siluOperator = new("aten::silu");
            private static readonly Operator siluInPlace = new("aten::silu_");
            private static readonly Operator mishOperator = new("aten::mish");
            private static readonly Operator mishInPlace = new("aten::mish_");
            private static readonly Operator tanhOperator = new("aten::tanh");
            private static readonly Operator tanhInPlace = new("aten::tanh_");
            private static readonly Operator sigmoidOperator = new("aten::sigmoid");
            private static readonly Operator sigmoidInPlace = new("aten::sigmoid_");
            private static readonly Operator hardsigmoidOperator = new("aten::hardsigmoid");
            private static readonly Operator hardsigmoidInPlace = new("aten::hardsigmoid_");
            private static readonly Operator hardswishOperator = new("aten::hardswish");
            private static readonly Operator hardswishInPlace = new("aten::hardswish_");
            private static readonly Operator hardtanhOperator = new("aten::hardtanh");
            private static readonly Operator hardtanhInPlace = new("aten::hardtanh_");
            private static readonly Operator softplusOperator = new("aten::softplus");
            private static readonly Operator softmaxOperator = new("aten::softmax", "int");
            private static readonly Operator logSoftmaxOperator = new("aten::log_softmax", "int");
            private static readonly Operator logSigmoidOperator = new("aten::log_sigmoid");
            private static readonly Operator preluOperator = new("aten::prelu");
            private static readonly Operator absOperator = new("aten::abs");
            private static readonly Operator addScalarOperator = new("aten::add", "Scalar");
            private static readonly Operator hardshrinkOperator = new("aten::hardshrink");
            private static readonly Operator softshrinkOperator = new("aten::softshrink");
            private static readonly Operator divOperator = new("aten::div", "Tensor");
            private static readonly Operator divInPlace = new("aten::div_", "Tensor");

            public static Tensor relu(Tensor x, bool inplace = false) => (inplace ? reluInPlace : reluOperator).Call(x);

            public static Tensor relu6(Tensor x, bool inplace = false) => (inplace ? relu6InPlace : relu6Operator).Call(x);

            public static Tensor selu(Tensor x, bool inplace = false) => (inplace ? seluInPlace : seluOperator).Call(x);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                (inplace ? leakyReluInPlace : leakyReluOperator).Call(input, negative_slope);

            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => (inplace ? eluInPlace : eluOperator).Call(x, alpha);

            public static Tensor celu(Tensor x, double alpha, bool inplace = false) => (inplace ? celuInPlace : celuOperator).Call(x, alpha);

            public static Tensor gelu(Tensor x) => gelu(x, false);

            public static Tensor gelu(Tensor x, bool inplace) => gelu(x, Modules.GELU.Approximate.none, inplace);

            public static Tensor gelu(Tensor x, GELU.Approximate approximate, bool inplace = false) =>
                (inplace ? geluInPlace : geluOperator).Call(x, approximate == Modules.GELU.Approximate.tanh ? "tanh" : "none");

            public static Tensor silu(Tensor x, bool inplace = false) => (inplace ? siluInPlace : siluOperator).Call(x);

            public static Tensor mish(Tensor x, bool inplace = false) => (inplace ? mishInPlace : mishOperator).Call(x);

            public static Tensor tanh(Tensor x, bool inplace = false) => (inplace ? tanhInPlace : tanhOperator).Call(x);

            public static Tensor sigmoid(Tensor x) => sigmoidOperator.Call(x);

            public static Tensor sigmoid(Tensor x, bool inplace) => (inplace ? sigmoidInPlace : sigmoidOperator).Call(x);

            public static Tensor hardsigmoid(Tensor input, bool inplace = false) => (inplace ? hardsigmoidInPlace : hardsigmoidOperator).Call(input);

            public static Tensor hardswish(Tensor input, bool inplace = false) => (inplace ? hardswishInPlace : hardswishOperator).Call(input);

            public static Tensor hardtanh(Tensor x, double min_val = -1, double max_val = 1, bool inplace = false) =>
                (inplace ? hardtanhInPlace : hardtanhOperator).Call(x, min_val, max_val);

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => softplusOperator.Call(x, beta, threshold);

            public static Tensor softsign(Tensor x, bool inplace = false)
            {
                using var magnitude = absOperator.Call(x);
                using var denominator = addScalarOperator.Call(magnitude, 1);
                return (inplace ? divInPlace : divOperator).Call(x, denominator);
            }

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => softmaxOperator.Call(input, dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => logSoftmaxOperator.Call(x, dim);

            public static Tensor logsigmoid(Tensor x) => logSigmoidOperator.Call(x);

            public static Tensor prelu(Tensor input, Tensor weight) => preluOperator.Call(input, weight);

            public static Tensor rrelu(Tensor x, double lower = one_eighth, double upper = one_third, bool inplace = false) =>
                inplace ? x.rrelu_(lower, upper).alias() : x.rrelu(lower, upper);

            public static Tensor threshold(Tensor x, double threshold, double value, bool inplace = false) =>
                inplace ? x.threshold_(threshold, value).alias() : x.threshold(threshold, value);

            public static Tensor hardshrink(Tensor x, double lambda = 0.5) => hardshrinkOperator.Call(x, lambda);

            public static Tensor softshrink(Tensor x, double lambda = 0.5) => softshrinkOperator.Call(x, lambda);

            public static Tensor tanhshrink(Tensor x, bool inplace = false)
            {
                using var tanh = x.tanh();
                return inplace ? x.sub_(tanh).alias() : x.sub(tanh);
            }

            public static Tensor glu(Tensor input, long dim = -1) => input.glu(dim);

            public static Tensor softmin(Tensor x, long dim)
            {
                using var negative = -x;
                return softmax(negative, dim);
            }

            public static Tensor softmax2d(Tensor x) => softmax(x, -3);
        }
    }
}
