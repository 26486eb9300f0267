using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Converters;

/// <summary>Layers that are an operation of libtorch, or do nothing in evaluation.</summary>
internal static class LayerConverters
{
    public static Converter[] All { get; } =
    [
        Converter.Operation<Linear>("linear", layer => [layer.weight, layer.bias]),
        Converter.Operation<Bilinear>("bilinear", layer => [layer.weight, layer.bias]),
        Converter.Operation<CosineSimilarity>("cosine_similarity", layer => [layer.dim, layer.eps]),
        Converter.Operation<PairwiseDistance>("pairwise_distance", layer => [layer.norm, layer.eps, layer.keepdim]),

        Converter.For<Conv1d>(WriteConvolution), Converter.For<Conv2d>(WriteConvolution), Converter.For<Conv3d>(WriteConvolution),
        Converter.For<ConvTranspose1d>(WriteTransposed), Converter.For<ConvTranspose2d>(WriteTransposed), Converter.For<ConvTranspose3d>(WriteTransposed),

        Converter.Operation<BatchNorm1d>("batch_norm", Statistics), Converter.Operation<BatchNorm2d>("batch_norm", Statistics), Converter.Operation<BatchNorm3d>("batch_norm", Statistics),
        Converter.For<InstanceNorm1d>((layer, call) => WriteInstanceNorm(layer, call, 1)), Converter.For<InstanceNorm2d>((layer, call) => WriteInstanceNorm(layer, call, 2)),
        Converter.For<InstanceNorm3d>((layer, call) => WriteInstanceNorm(layer, call, 3)),
        Converter.Operation<GroupNorm>("group_norm", layer => [layer.num_groups, layer.affine ? layer.weight : null, layer.affine ? layer.bias : null, layer.eps]),
        Converter.Operation<LayerNorm>("layer_norm", layer => [layer.normalized_shape, layer.elementwise_affine ? layer.weight : null, layer.bias, layer.eps]),
        Converter.For<LocalResponseNorm>((layer, call) => call.SetOutput(NormalizationOperators.LocalResponse(call.Operation("local_response_norm", call.Traced(0)), layer.size, layer.alpha, layer.beta, layer.k))),

        Converter.Operation<MaxPool1d>("max_pool1d", l => [l.kernel_size, Many(l.stride), Many(l.padding), Many(l.dilation), l.ceil_mode]),
        Converter.Operation<MaxPool2d>("max_pool2d", l => [l.kernel_size, l.stride, l.padding, l.dilation, l.ceil_mode]),
        Converter.Operation<MaxPool3d>("max_pool3d", l => [l.kernel_size, l.stride, l.padding, l.dilation, l.ceil_mode]),
        Converter.Operation<AvgPool1d>("avg_pool1d", l => [l.kernel_size, Many(l.stride), Many(l.padding), l.ceil_mode, l.count_include_pad]),
        Converter.Operation<AvgPool2d>("avg_pool2d", l => [l.kernel_size, l.stride, l.padding, l.ceil_mode, l.count_include_pad, l.divisor_override]),
        Converter.Operation<AvgPool3d>("avg_pool3d", l => [l.kernel_size, l.stride, l.padding, l.ceil_mode, l.count_include_pad, l.divisor_override]),
        Adaptive<AdaptiveAvgPool1d>("adaptive_avg_pool1d", 1), Adaptive<AdaptiveAvgPool2d>("adaptive_avg_pool2d", 2), Adaptive<AdaptiveAvgPool3d>("adaptive_avg_pool3d", 3),
        Adaptive<AdaptiveMaxPool1d>("adaptive_max_pool1d", 1), Adaptive<AdaptiveMaxPool2d>("adaptive_max_pool2d", 2),

        Pad<ZeroPad2d>("constant"), Pad<ConstantPad1d>("constant"), Pad<ConstantPad2d>("constant"), Pad<ConstantPad3d>("constant"),
        Pad<ReflectionPad1d>("reflect"), Pad<ReflectionPad2d>("reflect"), Pad<ReflectionPad3d>("reflect"),
        Pad<ReplicationPad1d>("replicate"), Pad<ReplicationPad2d>("replicate"), Pad<ReplicationPad3d>("replicate"),

        Converter.Operation<Flatten>("flatten", layer => [layer.start_dim, layer.end_dim]),
        Converter.Operation<Unflatten>("unflatten", layer => [layer.dim, layer.unflattened_size]),
        Converter.Operation<PixelShuffle>("pixel_shuffle", layer => [layer.upscale_factor]),
        Converter.Operation<PixelUnshuffle>("pixel_unshuffle", layer => [layer.downscale_factor]),
        Converter.Operation<ChannelShuffle>("channel_shuffle", layer => [layer.groups]),
        Converter.For<Upsample>(WriteUpsample),

        Converter.Formula<Identity>(Same), Converter.Formula<Sequential>(Same), Converter.Formula<Dropout>(Same), Converter.Formula<Dropout1d>(Same),
        Converter.Formula<Dropout2d>(Same), Converter.Formula<Dropout3d>(Same), Converter.Formula<AlphaDropout>(Same), Converter.Formula<FeatureAlphaDropout>(Same),
    ];

    private static OnnxValue Same(Module layer, OnnxValue x) => x;

    private static long[] Many(long? number) => number is { } one ? [one] : [];

    private static Converter Adaptive<TModule>(string name, int axes)
        where TModule : Module => Converter.For<TModule>((_, call) => call.Write(name, call.OutputShape()[^axes..]));

    private static Converter Pad<TModule>(string mode)
        where TModule : PadBase => Converter.Operation<TModule>("pad", layer => [layer.padding, mode, layer.value]);

    // Without running statistics the layer takes the input's own, in evaluation as in training.
    private static object?[] Statistics(NormBase layer)
    {
        bool running = layer.running_mean is not null && layer.running_var is not null && (layer is BatchNorm || layer.track_running_stats);
        return
        [
            layer.affine ? layer.weight : null, layer.affine ? layer.bias : null, running ? layer.running_mean : null, running ? layer.running_var : null, !running, 0.1, layer.eps,
        ];
    }

    private static void WriteInstanceNorm(NormBase layer, OnnxCall call, int axes)
    {
        // Whatever the batch, or none, the channels' number is the layer's.
        long[] shape = [1, layer.num_features, .. new long[axes]];
        call.SetOutput(call.Operation("instance_norm", call.Traced(0)).Batched(axes, x =>
            (OnnxValue)call.Operation("instance_norm", [new TracedValue(x, "Float", shape, new bool[axes + 2]), .. Statistics(layer)]).Write()));
    }

    private static void WriteConvolution(Convolution layer, OnnxCall call)
    {
        int axes = layer.kernel_size.Length;
        long[] begins = layer.padding ?? new long[axes], ends = begins;
        if (layer.padding_type == Padding.Same)
        {
            // What the layer really adds: before a circular, reflecting or replicating convolution TorchSharp takes the axes in the wrong order.
            long[] input = call.InputShape()[^axes..], output = call.OutputShape()[^axes..];
            long[] total = [.. layer.kernel_size.Select((size, i) => output[i] - input[i] + layer.dilation[i] * (size - 1))];
            (begins, ends) = ([.. total.Select(length => length / 2)], [.. total.Select(length => length - length / 2)]);
        }

        string mode = layer.padding_mode switch { PaddingModes.Reflect => "reflect", PaddingModes.Replicate => "replicate", PaddingModes.Circular => "circular", _ => "constant" };
        call.SetOutput(ConvolutionOperators.Convolve(
            call.Operation("convolution", call.Traced(0), layer.weight, layer.bias, layer.stride, begins, layer.dilation, false, new long[axes], layer.groups), begins, ends, mode));
    }

    private static void WriteTransposed(Convolution layer, OnnxCall call)
    {
        int axes = layer.kernel_size.Length;
        long[] padding = layer.padding!, lengths = call.InputShape()[^axes..], output = call.OutputShape()[^axes..];
        // What the layer really added at the ends: TorchSharp uses the first number of output_padding for every axis.
        long[] extra = [.. lengths.Select((length, i) => output[i] -
            ((length - 1) * layer.stride[i] - 2 * padding[i] + layer.dilation[i] * (layer.kernel_size[i] - 1) + 1))];
        call.Write("convolution", layer.weight, layer.bias, layer.stride, padding, layer.dilation, true, extra, layer.groups);
    }

    private static void WriteUpsample(Upsample layer, OnnxCall call)
    {
        int axes = call.InputShape().Length - 2;
        double[]? factors = layer.scale_factor.IsEmpty ? null : layer.scale_factor.ToArray();
        if (factors is [double single]) factors = [.. Enumerable.Repeat(single, axes)];
        // PyTorch's coordinates follow the factor that was given, unless it is told to recompute it from the sizes.
        object?[]? given = factors?.Select(factor => (object?)factor).ToArray();
        if (given is not null && layer.recompute_scale_factor == true)
        {
            for (int i = 0; i < axes; i++)
            {
                if (!call.IsDynamic(i + 2)) given[i] = null;
                else if (!double.IsInteger(factors![i])) throw new NotSupportedException(
                    $"'{call.Path}' is an Upsample by [{string.Join(", ", factors)}] with recompute_scale_factor on axes of any length; " +
                    "its ONNX form takes whole factors there. Leave recompute_scale_factor out, or export with a fixed size.");
            }
        }

        string kind = layer.mode switch { UpsampleMode.Nearest => "nearest", UpsampleMode.Bicubic => "bicubic", UpsampleMode.Trilinear => "trilinear", UpsampleMode.Bilinear => "bilinear", _ => "linear" };
        long[] size = call.OutputShape()[2..];
        if (layer.mode == UpsampleMode.Nearest) call.Write($"upsample_nearest{axes}d", size, given);
        else call.Write($"upsample_{kind}{axes}d", size, layer.align_corners == true, given);
    }
}
