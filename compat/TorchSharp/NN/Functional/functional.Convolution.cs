namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator conv1dOperator = new("aten::conv1d");
            private static readonly Operator conv1dPaddingOperator = new("aten::conv1d", "padding");
            private static readonly Operator conv2dOperator = new("aten::conv2d");
            private static readonly Operator conv2dPaddingOperator = new("aten::conv2d", "padding");
            private static readonly Operator conv3dOperator = new("aten::conv3d");
            private static readonly Operator conv3dPaddingOperator = new("aten::conv3d", "padding");
            private static readonly Operator convTranspose1dOperator = new("aten::conv_transpose1d");
            private static readonly Operator convTranspose3dOperator = new("aten::conv_transpose3d", "input");

            public static Tensor conv1d(
                Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? dilation = null, long groups = 1) =>
                conv1dOperator.Call(input, weight, bias, Full(stride, 1), Full(padding, 0), Full(dilation, 1), groups);

            public static Tensor conv1d_padding(
                Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, Padding padding = Padding.Valid, long? dilation = null, long groups = 1) =>
                conv1dPaddingOperator.Call(input, weight, bias, Full(stride, 1), Named(padding), Full(dilation, 1), groups);

            public static Tensor conv_transpose1d(
                Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? output_padding = null,
                long? dilation = null, long groups = 1) =>
                convTranspose1dOperator.Call(
                    input, weight, bias, Full(stride, 1), Full(padding, 0), Full(output_padding, 0), groups, Full(dilation, 1));

            public static Tensor conv2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                conv2dOperator.Call(input, weight, bias, Full(strides, 1, 2), Full(padding, 0, 2), Full(dilation, 1, 2), groups);

            public static Tensor conv2d_padding(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                conv2dPaddingOperator.Call(input, weight, bias, Full(strides, 1, 2), Named(padding), Full(dilation, 1, 2), groups);

            public static Tensor conv_transpose2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null,
                long[]? dilation = null, long groups = 1) =>
                Operators.ConvTranspose2d.Call(
                    input, weight, bias, Full(strides, 1, 2), Full(padding, 0, 2), Full(output_padding, 0, 2), groups, Full(dilation, 1, 2));

            public static Tensor conv3d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                conv3dOperator.Call(input, weight, bias, Full(strides, 1, 3), Full(padding, 0, 3), Full(dilation, 1, 3), groups);

            public static Tensor conv3d_padding(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                conv3dPaddingOperator.Call(input, weight, bias, Full(strides, 1, 3), Named(padding), Full(dilation, 1, 3), groups);

            public static Tensor conv_transpose3d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null,
                long[]? dilation = null, long groups = 1) =>
                convTranspose3dOperator.Call(
                    input, weight, bias, Full(strides, 1, 3), Full(padding, 0, 3), Full(output_padding, 0, 3), groups, Full(dilation, 1, 3));

            private static string Named(Padding padding) => padding == Padding.Same ? "same" : "valid";

            private static long[] Full(long? size, long otherwise) => [size ?? otherwise];

            // Operators want one number a dimension; callers may give one for all.
            private static long[] Full(long[]? sizes, long otherwise, int dimensions)
            {
                if (sizes is not null && sizes.Length != 1)
                    return sizes;
                var full = new long[dimensions];
                Array.Fill(full, sizes is null ? otherwise : sizes[0]);
                return full;
            }
        }
    }
}
