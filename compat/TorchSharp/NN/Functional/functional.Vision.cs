namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator pixelShuffleOperator = new("aten::pixel_shuffle");
            private static readonly Operator pixelUnshuffleOperator = new("aten::pixel_unshuffle");
            private static readonly Operator[] nearest = Upsamplers("upsample_nearest{0}d", 1, 2, 3);
            private static readonly Operator[] nearestExact = Upsamplers("_upsample_nearest_exact{0}d", 1, 2, 3);
            private static readonly Operator linear1d = new("aten::upsample_linear1d", "vec");
            private static readonly Operator bilinear2d = new("aten::upsample_bilinear2d", "vec");
            private static readonly Operator bicubic2d = new("aten::upsample_bicubic2d", "vec");
            private static readonly Operator trilinear3d = new("aten::upsample_trilinear3d", "vec");
            private static readonly Operator bilinearAntialiased = new("aten::_upsample_bilinear2d_aa", "vec");
            private static readonly Operator bicubicAntialiased = new("aten::_upsample_bicubic2d_aa", "vec");

            public static Tensor pixel_shuffle(Tensor input, long upscale_factor) => pixelShuffleOperator.Call(input, upscale_factor);

            public static Tensor pixel_unshuffle(Tensor input, long downscale_factor) => pixelUnshuffleOperator.Call(input, downscale_factor);

            public static Tensor upsample(
                Tensor input, long[]? size = null, double[]? scale_factor = null, UpsampleMode mode = UpsampleMode.Nearest, bool align_corners = false) =>
                interpolate(input, size, scale_factor, (InterpolationMode)mode, align_corners);

            public static Tensor upsample_bilinear(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) =>
                interpolate(x, size, scale_factor, InterpolationMode.Bilinear, align_corners);

            public static Tensor upsample_nearest(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) =>
                interpolate(x, size, scale_factor, InterpolationMode.Nearest, align_corners);

            /// <summary>Resizes the spatial dimensions to a size, or by factors, one a dimension.</summary>
            public static Tensor interpolate(
                Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false)
            {
                var shape = x.shape;
                int spatial = shape.Length - 2;
                if (size is { Length: 0 })
                    size = null;
                if (scale_factor is { Length: 0 })
                    scale_factor = null;
                if (size is null == scale_factor is null)
                    throw new System.Runtime.InteropServices.ExternalException(
                        size is null ? "either size or scale_factor should be defined" : "only one of size or scale_factor should be defined");
                if ((size?.Length ?? scale_factor!.Length) != spatial)
                    throw new System.Runtime.InteropServices.ExternalException(
                        $"interpolate: the input has {spatial} spatial dimensions, but {(size is null ? "scale_factor" : "size")} has {size?.Length ?? scale_factor!.Length} numbers");
                if (align_corners is not null && mode is InterpolationMode.Nearest or InterpolationMode.NearestExact or InterpolationMode.Area && align_corners is true)
                    throw new System.Runtime.InteropServices.ExternalException(
                        "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear");

                if (scale_factor is not null && (recompute_scale_factor || mode == InterpolationMode.Area))
                {
                    size = [.. scale_factor.Select((factor, d) => (long)Math.Floor(shape[d + 2] * factor))];
                    scale_factor = null;
                }

                bool align = align_corners ?? false;
                return (mode, spatial, antialias) switch
                {
                    (InterpolationMode.Nearest, >= 1 and <= 3, false) => nearest[spatial - 1].Call(x, size, scale_factor),
                    (InterpolationMode.NearestExact, >= 1 and <= 3, false) => nearestExact[spatial - 1].Call(x, size, scale_factor),
                    (InterpolationMode.Area, 1, false) => adaptive_avg_pool1d(x, size![0]),
                    (InterpolationMode.Area, 2, false) => adaptive_avg_pool2d(x, size!),
                    (InterpolationMode.Linear, 1, false) => linear1d.Call(x, size, align, scale_factor),
                    (InterpolationMode.Bilinear, 2, false) => bilinear2d.Call(x, size, align, scale_factor),
                    (InterpolationMode.Bilinear, 2, true) => bilinearAntialiased.Call(x, size, align, scale_factor),
                    (InterpolationMode.Bicubic, 2, false) => bicubic2d.Call(x, size, align, scale_factor),
                    (InterpolationMode.Bicubic, 2, true) => bicubicAntialiased.Call(x, size, align, scale_factor),
                    (InterpolationMode.Trilinear, 3, false) => trilinear3d.Call(x, size, align, scale_factor),
                    _ => throw new System.Runtime.InteropServices.ExternalException(
                        $"interpolate: mode {mode}{(antialias ? " with antialias" : "")} does not work on {spatial + 2}D input"),
                };
            }

            private static Operator[] Upsamplers(string name, params int[] dimensions) =>
                [.. dimensions.Select(d => new Operator("aten::" + string.Format(null, name, d), "vec"))];
        }
    }
}
