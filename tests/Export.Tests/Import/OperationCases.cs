using MLNetGen.Onnx;
using static TorchSharp.torch;

namespace MLNetGen.Export.Tests.Import;

/// <summary>Small graphs, one operation each, by what is special about them.</summary>
internal static class OperationCases
{
    private static readonly long[] Picture = [2, 4, 9, 7];

    private static readonly (string Name, Func<SmallGraph> Make)[] Cases =
    [
        ("convolution", () => Convolution("Conv", [6, 4, 3, 3])),
        ("convolution without bias, strided, dilated, in groups", () => Of(Picture).Stored("w", randn([6, 2, 3, 2]))
            .Node("Conv", "x w", "y", ("group", 2), ("strides", (long[])[2, 1]), ("dilations", (long[])[1, 2]), ("pads", (long[])[1, 1, 1, 1]))),
        ("convolution padded unevenly", () => Convolution("Conv", [6, 4, 3, 3], ("pads", (long[])[0, 2, 1, 1]))),
        ("convolution SAME_UPPER", () => Convolution("Conv", [6, 4, 4, 2], ("auto_pad", "SAME_UPPER"), ("strides", (long[])[2, 3]))),
        ("convolution SAME_LOWER", () => Convolution("Conv", [6, 4, 4, 2], ("auto_pad", "SAME_LOWER"), ("strides", (long[])[2, 1]))),
        ("convolution VALID", () => Convolution("Conv", [6, 4, 3, 3], ("auto_pad", "VALID"))),
        ("convolution of rows", () => Of([2, 4, 11]).Stored("w", randn(6, 4, 3)).Stored("b", randn(6)).Node("Conv", "x w b", "y", ("pads", (long[])[2, 1]))),
        ("convolution of volumes", () => Of([2, 4, 5, 6, 7]).Stored("w", randn([6, 4, 3, 2, 1])).Node("Conv", "x w", "y", ("pads", (long[])[1, 1, 0, 1, 1, 0]))),
        ("transposed convolution", () => Convolution("ConvTranspose", [4, 6, 3, 3], ("strides", (long[])[2, 2]), ("pads", (long[])[1, 1, 1, 1]))),
        ("transposed convolution with output_padding", () => Convolution("ConvTranspose", [4, 6, 3, 3], ("strides", (long[])[2, 3]), ("pads", (long[])[1, 0, 1, 0]), ("output_padding", (long[])[1, 2]))),
        ("transposed convolution padded unevenly", () => Convolution("ConvTranspose", [4, 6, 4, 4], ("strides", (long[])[2, 2]), ("pads", (long[])[0, 1, 2, 1]), ("output_padding", (long[])[1, 0]))),
        ("transposed convolution SAME_UPPER", () => Convolution("ConvTranspose", [4, 6, 5, 4], ("strides", (long[])[2, 2]), ("auto_pad", "SAME_UPPER"))),
        ("transposed convolution SAME_LOWER", () => Convolution("ConvTranspose", [4, 6, 5, 4], ("strides", (long[])[2, 2]), ("auto_pad", "SAME_LOWER"))),
        ("transposed convolution to a length", () => Convolution("ConvTranspose", [4, 6, 4, 4], ("strides", (long[])[2, 2]), ("output_shape", (long[])[17, 14]))),
        ("transposed convolution of rows", () => Of([2, 4, 11]).Stored("w", randn(4, 3, 3)).Node("ConvTranspose", "x w", "y", ("strides", (long[])[2]), ("group", 2), ("dilations", (long[])[2]))),

        ("batch normalisation", () => BatchNorm(17)), ("batch normalisation, opset 8", () => BatchNorm(8)),
        ("instance normalisation", () => Of(Picture).Stored("s", randn(4)).Stored("b", randn(4)).Node("InstanceNormalization", "x s b", "y", ("epsilon", 1e-3))),
        ("layer normalisation", () => Of([2, 5, 8]).Stored("s", randn(8)).Stored("b", randn(8)).Node("LayerNormalization", "x s b", "y")),
        ("layer normalisation of two axes without bias", () => Of([2, 5, 8]).Stored("s", randn(5, 8)).Node("LayerNormalization", "x s", "y", ("axis", 1))),
        ("layer normalisation with one scale", () => Of([2, 5, 8]).Stored("s", randn(1)).Stored("b", randn(8)).Node("LayerNormalization", "x s b", "y")),
        ("group normalisation", () => Of(Picture, 21).Stored("s", randn(4)).Stored("b", randn(4)).Node("GroupNormalization", "x s b", "y", ("num_groups", 2))),
        ("group normalisation, opset 18", () => Of(Picture, 18).Stored("s", randn(2)).Stored("b", randn(2)).Node("GroupNormalization", "x s b", "y", ("num_groups", 2))),
        ("local response", () => Of(Picture).Node("LRN", "x", "y", ("size", 3), ("alpha", 0.3), ("beta", 0.6), ("bias", 2.0))),
        ("unit length", () => Of(Picture).Node("LpNormalization", "x", "y", ("axis", 1))),
        ("mean and variance", () => Of(Picture).Node("MeanVarianceNormalization", "x", "y")),

        ("greatest of windows", () => Of(Picture).Node("MaxPool", "x", "y", ("kernel_shape", (long[])[3, 2]), ("strides", (long[])[2, 2]), ("pads", (long[])[1, 1, 1, 1]))),
        ("greatest of windows padded unevenly", () => Of(Picture).Node("MaxPool", "x", "y", ("kernel_shape", (long[])[3, 3]), ("strides", (long[])[2, 2]), ("pads", (long[])[1, 1, 0, 0]))),
        ("greatest of windows, ceil", () => Of(Picture).Node("MaxPool", "x", "y", ("kernel_shape", (long[])[3, 3]), ("strides", (long[])[2, 3]), ("ceil_mode", 1))),
        ("greatest of windows, ceil and padding", () => Of(Picture).Node("MaxPool", "x", "y", ("kernel_shape", (long[])[2, 3]), ("strides", (long[])[2, 3]), ("pads", (long[])[0, 1, 1, 1]), ("ceil_mode", 1))),
        ("greatest of windows, dilated", () => Of(Picture).Node("MaxPool", "x", "y", ("kernel_shape", (long[])[3, 3]), ("dilations", (long[])[2, 2]))),
        ("greatest of windows SAME_LOWER", () => Of(Picture).Node("MaxPool", "x", "y", ("kernel_shape", (long[])[2, 2]), ("auto_pad", "SAME_LOWER"))),
        ("greatest of windows of rows", () => Of([2, 4, 11]).Node("MaxPool", "x", "y", ("kernel_shape", (long[])[3]), ("strides", (long[])[2]))),
        ("greatest of windows of volumes", () => Of([2, 4, 5, 6, 7]).Node("MaxPool", "x", "y", ("kernel_shape", (long[])[2, 2, 2]))),
        ("mean of windows", () => Of(Picture).Node("AveragePool", "x", "y", ("kernel_shape", (long[])[3, 2]), ("strides", (long[])[2, 2]), ("pads", (long[])[1, 1, 1, 1]))),
        ("mean of windows with their padding", () => Of(Picture).Node("AveragePool", "x", "y", ("kernel_shape", (long[])[3, 2]), ("pads", (long[])[1, 1, 1, 1]), ("count_include_pad", 1))),
        ("mean of windows padded unevenly", () => Of(Picture).Node("AveragePool", "x", "y", ("kernel_shape", (long[])[3, 3]), ("strides", (long[])[2, 2]), ("pads", (long[])[1, 1, 0, 2]))),
        ("mean of windows with their uneven padding", () => Of(Picture).Node("AveragePool", "x", "y", ("kernel_shape", (long[])[3, 3]), ("pads", (long[])[1, 1, 0, 2]), ("count_include_pad", 1))),
        ("mean of windows, ceil", () => Of(Picture, 19).Node("AveragePool", "x", "y", ("kernel_shape", (long[])[2, 3]), ("strides", (long[])[2, 3]), ("ceil_mode", 1))),
        ("mean of windows, ceil and padding", () => Of(Picture, 19).Node("AveragePool", "x", "y", ("kernel_shape", (long[])[3, 3]), ("strides", (long[])[2, 3]), ("pads", (long[])[1, 1, 1, 1]), ("ceil_mode", 1), ("count_include_pad", 1))),
        ("mean of windows SAME_UPPER", () => Of(Picture).Node("AveragePool", "x", "y", ("kernel_shape", (long[])[2, 2]), ("auto_pad", "SAME_UPPER"))),
        ("mean of windows of rows", () => Of([2, 4, 11]).Node("AveragePool", "x", "y", ("kernel_shape", (long[])[3]), ("strides", (long[])[2]))),
        ("mean of windows of volumes", () => Of([2, 4, 5, 6, 7]).Node("AveragePool", "x", "y", ("kernel_shape", (long[])[2, 2, 2]))),
        ("mean of all places", () => Of(Picture).Node("GlobalAveragePool", "x", "y")), ("mean of a row", () => Of([2, 4, 9]).Node("GlobalAveragePool", "x", "y")),
        ("greatest of all places", () => Of(Picture).Node("GlobalMaxPool", "x", "y")), ("greatest of a volume", () => Of([2, 4, 3, 4, 5]).Node("GlobalMaxPool", "x", "y")),

        .. "Relu Sigmoid Tanh Softsign Softplus HardSwish LeakyRelu Elu Celu Selu HardSigmoid ThresholdedRelu Shrink Neg Abs Sign Exp Erf Floor Ceil Round Sin Cos Tan Atan Sinh Cosh Asinh Identity"
            .Split(' ').Select(name => (name, (Func<SmallGraph>)(() => Of(Picture).Node(name, "x", "y")))),
        .. "Sqrt Log Reciprocal".Split(' ').Select(name => (name, (Func<SmallGraph>)(() => Of(Picture).Node("Abs", "x", "a").Stored("one", tensor(0.5f)).Node("Add", "a one", "b").Node(name, "b", "y")))),
        .. "Asin Acos Atanh".Split(' ').Select(name => (name, (Func<SmallGraph>)(() => Of(Picture).Node("Tanh", "x", "a").Stored("most", tensor(0.9f)).Node("Mul", "a most", "b").Node(name, "b", "y")))),
        ("Acosh", () => Of(Picture).Node("Exp", "x", "a").Stored("one", tensor(1f)).Node("Add", "a one", "b").Node("Acosh", "b", "y")),
        ("Mish", () => Of(Picture, 18).Node("Mish", "x", "y")),
        ("Gelu", () => Of(Picture, 20).Node("Gelu", "x", "y")), ("Gelu by tanh", () => Of(Picture, 20).Node("Gelu", "x", "y", ("approximate", "tanh"))),
        ("LeakyRelu 0.3", () => Of(Picture).Node("LeakyRelu", "x", "y", ("alpha", 0.3))), ("Elu 0.5", () => Of(Picture).Node("Elu", "x", "y", ("alpha", 0.5))),
        ("Celu 0.5", () => Of(Picture).Node("Celu", "x", "y", ("alpha", 0.5))), ("Selu of its own", () => Of(Picture).Node("Selu", "x", "y", ("alpha", 1.5), ("gamma", 2.0))),
        ("HardSigmoid of PyTorch's", () => Of(Picture).Node("HardSigmoid", "x", "y", ("alpha", 1.0 / 6), ("beta", 0.5))), ("ThresholdedRelu 0.5", () => Of(Picture).Node("ThresholdedRelu", "x", "y", ("alpha", 0.5))),
        ("Shrink with bias", () => Of(Picture).Node("Shrink", "x", "y", ("lambd", 0.3), ("bias", 0.2))),
        ("PRelu by channel", () => Of(Picture).Stored("s", rand(4, 1, 1)).Node("PRelu", "x s", "y")), ("PRelu of one", () => Of(Picture).Stored("s", rand(1)).Node("PRelu", "x s", "y")),
        ("PRelu by column", () => Of(Picture).Stored("s", rand(7)).Node("PRelu", "x s", "y")),
        ("Clip", () => Of(Picture).Stored("low", tensor(-0.5f)).Stored("high", tensor(1.5f)).Node("Clip", "x low high", "y")), ("Clip above", () => Of(Picture).Stored("high", tensor(1.5f)).Node("Clip", "x - high", "y")),
        ("Clip, opset 7", () => Of(Picture, 7).Node("Clip", "x", "y", ("min", -0.5), ("max", 1.5))), ("Clip below, opset 10", () => Of(Picture, 10).Node("Clip", "x", "y", ("min", 0.0))),
        ("Softmax", () => Of(Picture).Node("Softmax", "x", "y", ("axis", 1))), ("Softmax of the last axis", () => Of(Picture).Node("Softmax", "x", "y")),
        ("Softmax, opset 11", () => Of([2, 4, 5], 11).Node("Softmax", "x", "y")), ("LogSoftmax, opset 7", () => Of([2, 4, 5], 7).Node("LogSoftmax", "x", "y", ("axis", 2))),
        ("LogSoftmax", () => Of(Picture).Node("LogSoftmax", "x", "y", ("axis", -2))),
        ("Dropout", () => Of(Picture).Node("Dropout", "x", "y")), ("Dropout, opset 7", () => Of(Picture, 7).Node("Dropout", "x", "y", ("ratio", 0.3))),

        .. "Add Sub Mul Div Min Max Sum Mean".Split(' ').Select(name => (name, (Func<SmallGraph>)(() => Of(Picture).Input("z", [4, 1, 7]).Node(name, "x z", "y")))),
        .. "Min Max Sum Mean".Split(' ').Select(name => ($"{name} of three", (Func<SmallGraph>)(() => Of(Picture).Input("z", [4, 1, 7]).Input("u", [1]).Node(name, "x z u", "y")))),
        ("Div of whole numbers", () => new SmallGraph().Input("x", [4, 5], ScalarType.Int64).Stored("minus", -7, -7, 5, 6, 3).Node("Mul", "x minus", "a").Stored("two", 2, 3, 2, -4, 2).Node("Div", "a two", "y")),
        ("Pow", () => Of(Picture).Stored("three", tensor(3f)).Node("Pow", "x three", "y")), ("Pow by whole numbers", () => Of(Picture, 13).Stored("two", tensor(2L)).Node("Pow", "x two", "y")),
        ("Mod", () => new SmallGraph().Input("x", [4, 5], ScalarType.Int64).Stored("minus", -7, -7, 5, 6, 3).Node("Mul", "x minus", "a").Stored("n", 2, 3, 2, -4, 2).Node("Mod", "a n", "y")),
        ("Mod of floats", () => Of(Picture).Stored("n", tensor(0.7f)).Node("Mod", "x n", "y", ("fmod", 1))),
        .. "Equal Less LessOrEqual Greater GreaterOrEqual".Split(' ').Select(name => (name, (Func<SmallGraph>)(() => Of([3, 4], type: ScalarType.Int64).Input("z", [4], ScalarType.Int64).Node(name, "x z", "y")))),
        .. "And Or Xor".Split(' ').Select(name => (name, (Func<SmallGraph>)(() => Of([3, 4], type: ScalarType.Bool).Input("z", [4], ScalarType.Bool).Node(name, "x z", "y")))),
        ("Not", () => Of([3, 4], type: ScalarType.Bool).Node("Not", "x", "y")),
        ("Where", () => Of([3, 4], type: ScalarType.Bool).Input("z", [4]).Input("u", [3, 1]).Node("Where", "x z u", "y")),
        ("IsInf and IsNaN", () => Of([3, 4]).Node("Log", "x", "a").Node("IsInf", "a", "b").Node("IsNaN", "a", "c").Node("Or", "b c", "y")),
        ("IsInf below", () => Of([3, 4]).Node("Relu", "x", "r").Node("Log", "r", "a").Node("IsInf", "a", "y", ("detect_positive", 0))),

        ("Gemm", () => Of([3, 5]).Stored("w", randn(4, 5)).Stored("b", randn(4)).Node("Gemm", "x w b", "y", ("transB", 1))),
        ("Gemm scaled and transposed", () => Of([5, 3]).Stored("w", randn(5, 4)).Stored("b", randn(3, 1)).Node("Gemm", "x w b", "y", ("transA", 1), ("alpha", 0.5), ("beta", 2.0))),
        ("Gemm without bias", () => Of([3, 5]).Stored("w", randn(5, 4)).Node("Gemm", "x w", "y")),
        ("MatMul", () => Of([2, 3, 4, 5]).Stored("w", randn(5, 6)).Node("MatMul", "x w", "y")), ("MatMul of two", () => Of([2, 3, 4, 5]).Input("z", [3, 5, 2]).Node("MatMul", "x z", "y")),
        ("Einsum", () => Of([2, 3, 4]).Input("z", [2, 5, 4]).Node("Einsum", "x z", "y", ("equation", "bij,bkj->bik"))),

        .. "ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSumExp".Split(' ').SelectMany(name => ((string, Func<SmallGraph>)[])
        [
            (name, () => Of(Picture).Node(name, "x", "y", ("axes", (long[])[1, -1]))),
            ($"{name} of all", () => Of([2, 3, 2]).Node(name, "x", "y", ("keepdims", 0))),
            ($"{name}, opset 18", () => Of(Picture, 18).Stored("axes", 2, 3).Node(name, "x axes", "y", ("keepdims", 0))),
        ]),
        ("ReduceSum", () => Of(Picture).Stored("axes", 2, 3).Node("ReduceSum", "x axes", "y")), ("ReduceSum, opset 11", () => Of(Picture, 11).Node("ReduceSum", "x", "y", ("axes", (long[])[-1]))),
        ("ReduceSum of nothing", () => Of(Picture).Node("ReduceSum", "x", "y", ("noop_with_empty_axes", 1))),
        ("ReduceLogSum", () => Of(Picture).Node("Exp", "x", "a").Node("ReduceLogSum", "a", "y", ("axes", (long[])[1]))),
        ("ArgMax", () => Of(Picture).Node("ArgMax", "x", "y", ("axis", 1))), ("ArgMin", () => Of(Picture).Node("ArgMin", "x", "y", ("axis", -1), ("keepdims", 0))),

        ("Reshape", () => Of(Picture).Stored("s", 0, 2, -1, 7).Node("Reshape", "x s", "y")),
        ("Flatten", () => Of(Picture).Node("Flatten", "x", "y")), ("Flatten at 0", () => Of(Picture).Node("Flatten", "x", "y", ("axis", 0))), ("Flatten at -2", () => Of(Picture).Node("Flatten", "x", "y", ("axis", -2))),
        ("Transpose", () => Of(Picture).Node("Transpose", "x", "y", ("perm", (long[])[0, 2, 3, 1]))), ("Transpose backwards", () => Of(Picture).Node("Transpose", "x", "y")),
        ("Squeeze", () => Of([2, 1, 3, 1]).Stored("a", -1).Node("Squeeze", "x a", "y")), ("Squeeze of all", () => Of([2, 1, 3, 1]).Node("Squeeze", "x", "y")),
        ("Squeeze, opset 11", () => Of([2, 1, 3, 1], 11).Node("Squeeze", "x", "y", ("axes", (long[])[1, 3]))),
        ("Unsqueeze", () => Of([2, 3]).Stored("a", 3, 0).Node("Unsqueeze", "x a", "y")), ("Unsqueeze, opset 11", () => Of([2, 3], 11).Node("Unsqueeze", "x", "y", ("axes", (long[])[1, -1]))),
        ("Concat", () => Of(Picture).Input("z", [2, 3, 9, 7]).Node("Concat", "x z x", "y", ("axis", 1))),
        ("Split", () => Of(Picture).Stored("s", 2, 3, 4).Node("Split", "x s", "a b c", ("axis", 2))), ("Split alike", () => Of(Picture).Node("Split", "x", "a b", ("axis", 1))),
        ("Split, opset 11", () => Of(Picture, 11).Node("Split", "x", "a b", ("axis", -1), ("split", (long[])[3, 4]))),
        ("Split in unequal parts", () => Of(Picture, 18).Node("Split", "x", "a b", ("axis", 2), ("num_outputs", 2))),
        ("Slice", () => Of(Picture).Stored("s", 1, -5).Stored("e", long.MaxValue, -1).Stored("a", 1, 3).Node("Slice", "x s e a", "y")),
        ("Slice by steps", () => Of(Picture).Stored("s", 1, -1).Stored("e", 8, long.MinValue).Stored("a", 2, 3).Stored("t", 3, -2).Node("Slice", "x s e a t", "y")),
        ("Slice of first axes", () => Of(Picture).Stored("s", 1, 1).Stored("e", 2, 3).Node("Slice", "x s e", "y")),
        ("Slice, opset 9", () => Of(Picture, 9).Node("Slice", "x", "y", ("starts", (long[])[1, 0]), ("ends", (long[])[3, -2]), ("axes", (long[])[1, 2]))),
        ("Expand", () => Of([3, 1]).Stored("s", 2, 1, 4).Node("Expand", "x s", "y")), ("Tile", () => Of([3, 2]).Stored("s", 2, 3).Node("Tile", "x s", "y")),
        ("Pad", () => Of(Picture).Stored("p", 0, 1, 2, 0, 0, 0, 1, 3).Node("Pad", "x p", "y")), ("Pad by a number", () => Of(Picture).Stored("p", 1, 0, 0, 0, 0, 0, 0, 3).Stored("v", tensor(1.5f)).Node("Pad", "x p v", "y")),
        ("Pad cut", () => Of(Picture).Stored("p", 0, 0, -2, 1, 0, 0, 1, -3).Node("Pad", "x p", "y")),
        ("Pad reflecting", () => Of(Picture).Stored("p", 0, 0, 2, 3, 0, 0, 1, 0).Node("Pad", "x p", "y", ("mode", "reflect"))),
        ("Pad reflecting channels", () => Of(Picture).Stored("p", 0, 2, 0, 3, 0, 1, 1, 0).Node("Pad", "x p", "y", ("mode", "reflect"))),
        ("Pad at the edge", () => Of(Picture).Stored("p", 0, 0, 2, 3, 0, 0, 11, 0).Node("Pad", "x p", "y", ("mode", "edge"))),
        ("Pad a row at the edge", () => Of([3, 5]).Stored("p", 1, 2, 0, 7).Node("Pad", "x p", "y", ("mode", "edge"))),
        ("Pad around", () => Of(Picture, 19).Stored("p", 0, 0, 2, 3, 0, 0, 1, 0).Node("Pad", "x p", "y", ("mode", "wrap"))),
        ("Pad of some axes", () => Of(Picture, 18).Stored("p", 1, 2, 3, 0).Stored("a", -1, 1).Node("Pad", "x p - a", "y")),
        ("Pad, opset 7", () => Of(Picture, 7).Node("Pad", "x", "y", ("mode", "constant"), ("pads", (long[])[0, 0, 1, 2, 0, 0, 3, 0]), ("value", 0.5))),
        ("DepthToSpace", () => Of([2, 12, 3, 4]).Node("DepthToSpace", "x", "y", ("blocksize", 2))), ("DepthToSpace CRD", () => Of([2, 12, 3, 4]).Node("DepthToSpace", "x", "y", ("blocksize", 2), ("mode", "CRD"))),
        ("SpaceToDepth", () => Of([2, 3, 4, 6]).Node("SpaceToDepth", "x", "y", ("blocksize", 2))),
        ("Shape and Size", () => Of(Picture).Node("Shape", "x", "s").Node("Size", "x", "n").Node("Div", "n s", "y")), ("Shape of some axes", () => Of(Picture).Node("Shape", "x", "y", ("start", -3), ("end", -1))),
        ("A shape computed", () => Of(Picture).Node("Shape", "x", "s").Stored("i", tensor(0L)).Node("Gather", "s i", "n").Stored("zero", 0).Node("Unsqueeze", "n zero", "u").Stored("rest", -1).Node("Concat", "u rest", "t", ("axis", 0)).Node("Reshape", "x t", "y")),
        ("Constants of a shape", () => Of(Picture).Node("Shape", "x", "s").Node("ConstantOfShape", "s", "y")),
        ("Range", () => Of([3, 4]).Node("Size", "x", "n").Stored("zero", tensor(2L)).Stored("step", tensor(3L)).Node("Range", "zero n step", "y")),
        ("Cast to whole numbers", () => Of(Picture).Node("Cast", "x", "y", ("to", 7))), ("Cast to truth", () => Of([3, 4], type: ScalarType.Int64).Node("Cast", "x", "y", ("to", 9))),
        ("CastLike", () => Of([3, 4], type: ScalarType.Int64).Stored("f", tensor(1f)).Node("CastLike", "x f", "y")),
        ("Constant", () => Of([3, 2]).Node("Constant", "-", "c", ("value_floats", (float[])[1.5f, -2])).Node("Mul", "x c", "y")),

        ("Gather", () => Of(Picture).Stored("i", tensor(new long[] { 2, -1, 0, 2 }, [2, 2])).Node("Gather", "x i", "y", ("axis", 1))), ("Gather one", () => Of(Picture).Stored("i", tensor(-2L)).Node("Gather", "x i", "y", ("axis", 3))),
        ("GatherElements", () => Of([3, 4]).Stored("i", tensor(new long[] { 2, -1, 0, 1, 1, 2 }, [3, 2])).Node("GatherElements", "x i", "y", ("axis", 1))),
        ("GatherND", () => Of([3, 4, 2]).Stored("i", tensor(new long[] { 2, -1, 0, 1 }, [2, 2])).Node("GatherND", "x i", "y")),
        ("ScatterElements", () => Of([3, 4]).Stored("i", tensor(new long[] { 2, -1, 0, 1 }, [2, 2])).Stored("u", randn(2, 2)).Node("ScatterElements", "x i u", "y", ("axis", 1))),
        ("Scatter, opset 10", () => Of([3, 4], 10).Stored("i", tensor(new long[] { 2, 1, 0, 1 }, [2, 2])).Stored("u", randn(2, 2)).Node("Scatter", "x i u", "y")),
        ("ScatterND", () => Of([3, 4]).Stored("i", tensor(new long[] { 2, -3 }, [2, 1])).Stored("u", randn(2, 4)).Node("ScatterND", "x i u", "y")),
        ("OneHot", () => Of([3, 4], type: ScalarType.Int64).Stored("d", tensor(3L)).Stored("v", tensor(new float[] { -1, 2 })).Node("OneHot", "x d v", "y")),
        ("OneHot in the middle", () => Of([3, 4], type: ScalarType.Int64).Stored("d", tensor(3L)).Stored("v", tensor(new float[] { -1, 2 })).Node("OneHot", "x d v", "y", ("axis", 1))),
        ("Trilu", () => Of([3, 4]).Node("Trilu", "x", "y")), ("Trilu below", () => Of([3, 4]).Stored("k", tensor(-1L)).Node("Trilu", "x k", "y", ("upper", 0))),
        ("CumSum", () => Of([3, 4]).Stored("a", tensor(1L)).Node("CumSum", "x a", "y")),
        ("TopK", () => Of([3, 6]).Stored("k", 2).Node("TopK", "x k", "v i")), ("TopK least", () => Of([3, 6]).Stored("k", 2).Node("TopK", "x k", "v i", ("axis", 0), ("largest", 0))),
        ("NonZero", () => Of([3, 6]).Node("Relu", "x", "r").Node("NonZero", "r", "y")),
        ("EyeLike", () => Of([3, 4]).Node("EyeLike", "x", "y")),
        ("GridSample", () => Of(Picture).Input("g", [2, 5, 6, 2]).Node("Tanh", "g", "t").Node("GridSample", "x t", "y")),
        ("GridSample nearest at the border", () => Of(Picture).Input("g", [2, 5, 6, 2]).Node("GridSample", "x g", "y", ("mode", "nearest"), ("padding_mode", "border"), ("align_corners", 1))),

        .. Resizes(),
    ];

    public static IReadOnlyDictionary<string, Func<SmallGraph>> All { get; } = Cases.ToDictionary(pair => pair.Name, pair => pair.Make);

    private static SmallGraph Of(long[] shape, int opset = 17, ScalarType type = ScalarType.Float32) => new SmallGraph(opset).Input("x", shape, type);

    private static SmallGraph Convolution(string operation, long[] kernel, params (string, OnnxAttributeValue)[] attributes) =>
        Of(Picture).Stored("w", randn(kernel)).Stored("b", randn(6)).Node(operation, "x w b", "y", attributes);

    private static SmallGraph BatchNorm(int opset) => Of(Picture, opset).Stored("s", randn(4)).Stored("b", randn(4)).Stored("m", randn(4)).Stored("v", rand(4) + 0.5)
        .Node("BatchNormalization", "x s b m v", "y", ("epsilon", 1e-3), ("momentum", 0.8));

    private static IEnumerable<(string, Func<SmallGraph>)> Resizes()
    {
        (string Name, float[] Scales)[] factors = [("by 2", [1, 1, 2, 2]), ("by 1.4 and 2.3", [1, 1, 1.4f, 2.3f]), ("by 0.6", [1, 1, 0.6f, 0.5f])];
        foreach ((string name, float[] scales) in factors)
        {
            foreach (string coordinates in (string[])["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"])
            {
                foreach (string mode in (string[])["linear", "cubic", "nearest"])
                {
                    yield return ($"Resize {mode} {name} {coordinates}", () => Of(Picture).Stored("s", tensor(scales)).Node("Resize", "x - s", "y", ("mode", mode), ("coordinate_transformation_mode", coordinates)));
                }
            }

            foreach (string nearest in (string[])["floor", "ceil", "round_prefer_ceil"])
                yield return ($"Resize nearest {name} {nearest}", () => Of(Picture).Stored("s", tensor(scales)).Node("Resize", "x - s", "y", ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", nearest)));
            if (scales[2] > 1) yield return ($"Upsample {name}", () => Of(Picture, 9).Stored("s", tensor(scales)).Node("Upsample", "x s", "y"));
            yield return ($"Resize half_pixel_symmetric {name}", () => Of(Picture, 19).Stored("s", tensor(scales)).Node("Resize", "x - s", "y", ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel_symmetric")));
        }

        yield return ("Resize to sizes", () => Of(Picture).Stored("z", 2, 4, 13, 5).Node("Resize", "x - - z", "y", ("mode", "linear")));
        yield return ("Resize some axes to sizes", () => Of(Picture, 18).Stored("z", 5, 13).Node("Resize", "x - - z", "y", ("mode", "cubic"), ("axes", (long[])[3, 2])));
        yield return ("Resize cubic -0.5 without outside", () => Of(Picture).Stored("z", 2, 4, 13, 15).Node("Resize", "x - - z", "y", ("mode", "cubic"), ("cubic_coeff_a", -0.5), ("exclude_outside", 1)));
        yield return ("Resize tf_half_pixel_for_nn", () => Of(Picture, 11).Stored("r", empty(0)).Stored("s", tensor(new float[] { 1, 1, 2, 2 })).Node("Resize", "x r s", "y", ("coordinate_transformation_mode", "tf_half_pixel_for_nn"), ("nearest_mode", "floor")));
        yield return ("Resize, opset 10", () => Of(Picture, 10).Stored("s", tensor(new float[] { 1, 1, 2, 2 })).Node("Resize", "x s", "y", ("mode", "linear")));
        yield return ("Upsample, opset 7", () => Of(Picture, 7).Node("Upsample", "x", "y", ("mode", "linear"), ("scales", (float[])[1, 1, 2, 2])));
    }
}
