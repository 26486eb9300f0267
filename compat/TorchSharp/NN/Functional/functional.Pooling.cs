namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator maxPool1dOperator = new("aten::max_pool1d");
            private static readonly Operator maxPool1dWithIndicesOperator = new("aten::max_pool1d_with_indices");
            private static readonly Operator maxPool2dWithIndicesOperator = new("aten::max_pool2d_with_indices");
            private static readonly Operator avgPool1dOperator = new("aten::avg_pool1d");
            private static readonly Operator avgPool2dOperator = new("aten::avg_pool2d");
            private static readonly Operator adaptiveAvgPool1dOperator = new("aten::adaptive_avg_pool1d");
            private static readonly Operator adaptiveAvgPool2dOperator = new("aten::adaptive_avg_pool2d");

            private static readonly Operator maxPool3dOperator = new("aten::max_pool3d");
            private static readonly Operator maxPool3dWithIndicesOperator = new("aten::max_pool3d_with_indices");
            private static readonly Operator avgPool3dOperator = new("aten::avg_pool3d");
            private static readonly Operator adaptiveAvgPool3dOperator = new("aten::adaptive_avg_pool3d");
            private static readonly Operator adaptiveMaxPool1dOperator = new("aten::adaptive_max_pool1d");
            private static readonly Operator adaptiveMaxPool2dOperator = new("aten::adaptive_max_pool2d");

            public static Tensor max_pool1d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                maxPool1dOperator.Call(
                    input, Full(kernel_size, 1), Full(stride, kernel_size), Full(padding, 0), Full(dilation, 1), ceil_mode);

            public static (Tensor output, Tensor indices) max_pool1d_with_indices(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                Two(maxPool1dWithIndicesOperator.CallMany(
                    input, Full(kernel_size, 1), Full(stride, kernel_size), Full(padding, 0), Full(dilation, 1), ceil_mode));

            public static Tensor max_pool2d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                max_pool2d(input, [kernel_size], [stride ?? kernel_size], [padding ?? 0], [dilation ?? 1], ceil_mode);

            public static Tensor max_pool2d(
                Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null,
                bool ceil_mode = false) =>
                max_pool2d(
                    input, Sizes(kernel_size, 0), Sizes(stride ?? kernel_size, 0), Sizes(padding, 0), Sizes(dilation, 1), ceil_mode);

            public static Tensor max_pool2d(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Operators.MaxPool2d.Call(
                    input, Full(kernel_size, 1, 2), Full(strides ?? kernel_size, 1, 2), Full(padding, 0, 2), Full(dilation, 1, 2), ceil_mode);

            public static (Tensor output, Tensor indices) max_pool2d_with_indices(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Two(maxPool2dWithIndicesOperator.CallMany(
                    input, Full(kernel_size, 1, 2), Full(strides ?? kernel_size, 1, 2), Full(padding, 0, 2), Full(dilation, 1, 2), ceil_mode));

            public static Tensor avg_pool1d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, bool ceil_mode = false, bool count_include_pad = true) =>
                avgPool1dOperator.Call(input, Full(kernel_size, 1), Full(stride, kernel_size), Full(padding, 0), ceil_mode, count_include_pad);

            public static Tensor avg_pool2d(
                Tensor input, long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false, bool count_include_pad = true,
                long? divisor_override = null) =>
                avg_pool2d(input, [kernel_size], [stride ?? kernel_size], [padding], ceil_mode, count_include_pad, divisor_override);

            public static Tensor avg_pool2d(
                Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, bool ceil_mode = false,
                bool count_include_pad = true, long? divisor_override = null) =>
                avg_pool2d(
                    input, Sizes(kernel_size, 0), Sizes(stride ?? kernel_size, 0), Sizes(padding, 0), ceil_mode, count_include_pad, divisor_override);

            public static Tensor avg_pool2d(
                Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false,
                bool count_include_pad = true, long? divisor_override = null) =>
                avgPool2dOperator.Call(
                    input, Full(kernel_size, 1, 2), Full(stride ?? kernel_size, 1, 2), Full(padding, 0, 2), ceil_mode, count_include_pad, divisor_override);

            public static Tensor adaptive_avg_pool1d(Tensor input, long output_size) =>
                adaptiveAvgPool1dOperator.Call(input, Full(output_size, 1));

            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) => adaptive_avg_pool2d(input, [output_size]);

            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) =>
                adaptive_avg_pool2d(input, [output_size.Item1, output_size.Item2]);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) =>
                adaptiveAvgPool2dOperator.Call(input, Full(output_size, 1, 2));

            public static Tensor max_pool3d(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                maxPool3dOperator.Call(
                    input, Full(kernel_size, 1, 3), Full(strides ?? kernel_size, 1, 3), Full(padding, 0, 3), Full(dilation, 1, 3), ceil_mode);

            public static (Tensor output, Tensor indices) max_pool3d_with_indices(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Two(maxPool3dWithIndicesOperator.CallMany(
                    input, Full(kernel_size, 1, 3), Full(strides ?? kernel_size, 1, 3), Full(padding, 0, 3), Full(dilation, 1, 3), ceil_mode));

            public static Tensor avg_pool3d(
                Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false,
                bool count_include_pad = true, long? divisor_override = null) =>
                avgPool3dOperator.Call(
                    input, Full(kernel_size, 1, 3), Full(stride ?? kernel_size, 1, 3), Full(padding, 0, 3), ceil_mode, count_include_pad, divisor_override);

            public static Tensor adaptive_avg_pool3d(Tensor input, long output_size) =>
                adaptive_avg_pool3d(input, (output_size, output_size, output_size));

            public static Tensor adaptive_avg_pool3d(Tensor input, (long, long, long) output_size) =>
                adaptive_avg_pool3d(input, [output_size.Item1, output_size.Item2, output_size.Item3]);

            public static Tensor adaptive_avg_pool3d(Tensor input, long[] output_size) => adaptiveAvgPool3dOperator.Call(input, output_size);

            public static Tensor adaptive_max_pool1d(Tensor input, long output_size)
            {
                var (values, indices) = adaptive_max_pool1d_with_indices(input, output_size);
                indices.Dispose();
                return values;
            }

            public static (Tensor Values, Tensor Indices) adaptive_max_pool1d_with_indices(Tensor input, long output_size) =>
                Two(adaptiveMaxPool1dOperator.CallMany(input, Full(output_size, 1)));

            public static Tensor adaptive_max_pool2d(Tensor input, long[] output_size)
            {
                var (values, indices) = adaptive_max_pool2d_with_indices(input, output_size);
                indices.Dispose();
                return values;
            }

            public static (Tensor Values, Tensor Indices) adaptive_max_pool2d_with_indices(Tensor input, long[] output_size) =>
                Two(adaptiveMaxPool2dOperator.CallMany(input, output_size));

            private static (Tensor, Tensor) Two(Tensor[] results) => (results[0], results[1]);
        }
    }
}
