using System.Globalization;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>A node's attributes in short: kernel 11×11, stride s4, padding p2, dilation d2, groups g2, defaults left out.</summary>
internal static class LayerSettings
{
    private const int MostOthers = 3, LongestText = 24;

    // Said elsewhere, or of no use to a reader.
    private static readonly HashSet<string> Silent =
        ["kernel_shape", "strides", "pads", "dilations", "group", "auto_pad", "epsilon", "momentum", "training_mode", "transA", "transB", "storage_order",
         "ceil_mode", "count_include_pad", "alpha", "beta", "hidden_size", "direction", "output_padding", "spatial", "allowzero", "keepdims", "nearest_mode", "cubic_coeff_a"];

    public static string Of(NodeProto node, ShapeTable shapes)
    {
        if (node.OpType == "Constant") return "";
        int inner = Subgraphs.Of(node).Count();
        IEnumerable<string> own = node.OpType switch
        {
            "Gemm" or "MatMul" => Linear(node, shapes),
            "LSTM" or "GRU" or "RNN" => Recurrent(node),
            _ => Window(node, shapes),
        };
        IEnumerable<string> others = node.Attribute.GroupBy(attribute => attribute.Name).Select(group => group.Last())
            .Where(attribute => !Silent.Contains(attribute.Name)).Select(Other).OfType<string>().Order(StringComparer.Ordinal).Take(MostOthers);
        return string.Join(' ', own.Concat(inner == 0 ? [] : [inner == 1 ? "1 subgraph" : $"{inner} subgraphs"]).Concat(others));
    }

    private static IEnumerable<string> Window(NodeProto node, ShapeTable shapes)
    {
        long[] Many(string name) => node.Integers(name) ?? [];
        long[] kernel = Many("kernel_shape"), strides = Many("strides"), pads = Many("pads"), dilations = Many("dilations"), added = Many("output_padding");
        // A convolution may leave its kernel's size to its weights.
        if (kernel.Length == 0 && node.OpType is "Conv" or "ConvTranspose" && node.Input.Count > 1 && shapes.Of(node.Input[1]) is [_, _, .. var size]) kernel = size;
        if (kernel.Length > 0) yield return string.Join('×', kernel);
        if (strides.Any(stride => stride != 1)) yield return $"s{Same(strides)}";
        // All beginnings, then all ends.
        long[] begins = pads[..(pads.Length / 2)], ends = pads[begins.Length..];
        if (pads.Any(pad => pad != 0)) yield return $"p{Same(begins.SequenceEqual(ends) ? begins : pads)}";
        if (Text(node, "auto_pad") is { Length: > 0 } auto && auto != "NOTSET") yield return auto.ToLowerInvariant();
        if (added.Any(pad => pad != 0)) yield return $"op{Same(added)}";
        if (dilations.Any(dilation => dilation != 1)) yield return $"d{Same(dilations)}";
        if (node.Integer("group", 1) is var group and not 1) yield return $"g{group}";
        if (node.Integer("ceil_mode", 0) != 0) yield return "ceil";
        foreach (string name in (string[])["alpha", "beta"])
        {
            if (node.Number(name, float.NaN) is var value && !float.IsNaN(value)) yield return $"{name}={Number(value)}";
        }
    }

    private static IEnumerable<string> Linear(NodeProto node, ShapeTable shapes)
    {
        if (node.Input.Count < 2 || shapes.Of(node.Input[0]) is not [.., _, _] left || node.Output.Count == 0 || shapes.Of(node.Output[0]) is not [.., var columns]) yield break;
        yield return $"{left[node.Integer("transA", 0) != 0 ? ^2 : ^1]}→{columns}";
    }

    private static IEnumerable<string> Recurrent(NodeProto node)
    {
        if (node.Integer("hidden_size", 0) is var hidden and not 0) yield return $"hidden={hidden}";
        if (Text(node, "direction") is { Length: > 0 } direction && direction != "forward") yield return direction;
    }

    private static string? Other(AttributeProto attribute)
    {
        string? value = attribute switch
        {
            { Ints.Count: > 0 } => string.Join(',', attribute.Ints),
            { Floats.Count: > 0 } => string.Join(',', attribute.Floats.Select(Number)),
            { HasS: true } => Printable(attribute.S.ToStringUtf8()),
            { HasI: true } when attribute.Name == "to" => TensorElements.NameOf((int)attribute.I),
            { HasI: true } => attribute.I.ToString(CultureInfo.InvariantCulture),
            { HasF: true } => Number(attribute.F),
            _ => null,
        };
        string text = $"{attribute.Name}={value}";
        return value is null ? null : text.Length <= LongestText ? text : text[..(LongestText - 1)] + "…";
    }

    private static string Text(NodeProto node, string name) => Printable(node.Text(name, ""));

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    private static string Same(long[] values) => string.Join(',', values.Distinct().Count() == 1 ? values[..1] : values);

    private static string Number(float value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
