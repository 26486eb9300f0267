using System.Globalization;
using System.Text;
using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

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
        var attributes = node.Attribute.GroupBy(attribute => attribute.Name).ToDictionary(group => group.Key, group => group.Last());
        List<string> parts = node.OpType switch
        {
            "Gemm" or "MatMul" => Linear(node, attributes, shapes),
            "LSTM" or "GRU" or "RNN" => Recurrent(attributes),
            "Constant" => [],
            _ => [.. Window(node, attributes, shapes), .. Scalars(attributes)],
        };
        int inner = Subgraphs.Of(node).Count();
        if (inner > 0) parts.Add(inner == 1 ? "1 subgraph" : $"{inner} subgraphs");
        if (node.OpType is not "Constant")
        {
            parts.AddRange(attributes.Values.Where(attribute => !Silent.Contains(attribute.Name)).Select(Other).OfType<string>().Order(StringComparer.Ordinal).Take(MostOthers));
        }

        return string.Join(' ', parts);
    }

    private static IEnumerable<string> Window(NodeProto node, Dictionary<string, AttributeProto> attributes, ShapeTable shapes)
    {
        long[] kernel = Ints(attributes, "kernel_shape");
        // A convolution may leave its kernel's size to its weights.
        if (kernel.Length == 0 && node.OpType is "Conv" or "ConvTranspose" && node.Input.Count > 1 && shapes.Of(node.Input[1]) is [_, _, .. var size]) kernel = size;
        if (kernel.Length > 0) yield return kernel.Length == 1 ? $"{kernel[0]}" : string.Join('×', kernel);
        long[] strides = Ints(attributes, "strides"), pads = Ints(attributes, "pads"), dilations = Ints(attributes, "dilations");
        if (strides.Any(stride => stride != 1)) yield return $"s{Same(strides)}";
        if (pads.Any(pad => pad != 0))
        {
            // All beginnings, then all ends.
            int axes = pads.Length / 2;
            bool symmetric = pads.Take(axes).SequenceEqual(pads.Skip(axes));
            yield return $"p{Same(symmetric ? [.. pads.Take(axes)] : pads)}";
        }

        if (Text(attributes, "auto_pad") is { Length: > 0 } auto && auto != "NOTSET") yield return auto.ToLowerInvariant();
        if (Ints(attributes, "output_padding") is var added && added.Any(pad => pad != 0)) yield return $"op{Same(added)}";
        if (dilations.Any(dilation => dilation != 1)) yield return $"d{Same(dilations)}";
        if (attributes.TryGetValue("group", out AttributeProto? group) && group.I != 1) yield return $"g{group.I}";
        if (Flag(attributes, "ceil_mode")) yield return "ceil";
    }

    private static IEnumerable<string> Scalars(Dictionary<string, AttributeProto> attributes)
    {
        foreach (string name in (string[])["alpha", "beta"])
        {
            if (attributes.TryGetValue(name, out AttributeProto? value)) yield return $"{name}={Number(value.F)}";
        }
    }

    private static List<string> Linear(NodeProto node, Dictionary<string, AttributeProto> attributes, ShapeTable shapes)
    {
        bool transposed = Flag(attributes, "transA");
        if (node.Input.Count < 2 || shapes.Of(node.Input[0]) is not [.., _, _] left || node.Output.Count == 0 || shapes.Of(node.Output[0]) is not [.., var columns]) return [];
        return [$"{left[transposed ? ^2 : ^1]}→{columns}"];
    }

    private static List<string> Recurrent(Dictionary<string, AttributeProto> attributes)
    {
        List<string> parts = attributes.TryGetValue("hidden_size", out AttributeProto? hidden) ? [$"hidden={hidden.I}"] : [];
        if (Text(attributes, "direction") is { Length: > 0 } direction && direction != "forward") parts.Add(direction);
        return parts;
    }

    private static string? Other(AttributeProto attribute)
    {
        string? value = attribute switch
        {
            { Ints.Count: > 0 } => string.Join(',', attribute.Ints),
            { Floats.Count: > 0 } => string.Join(',', attribute.Floats.Select(Number)),
            { HasS: true } => Printable(attribute.S.Span),
            { HasI: true } when attribute.Name == "to" => TensorElements.NameOf((int)attribute.I),
            { HasI: true } => attribute.I.ToString(CultureInfo.InvariantCulture),
            { HasF: true } => Number(attribute.F),
            _ => null,
        };
        if (value is null) return null;
        string text = $"{attribute.Name}={value}";
        return text.Length <= LongestText ? text : text[..(LongestText - 1)] + "…";
    }

    private static string Printable(ReadOnlySpan<byte> bytes) =>
        string.Concat(Encoding.UTF8.GetString(bytes).Select(c => char.IsControl(c) ? '?' : c));

    private static string Same(long[] values) => values.Distinct().Count() == 1 ? $"{values[0]}" : string.Join(',', values);

    private static long[] Ints(Dictionary<string, AttributeProto> attributes, string name) =>
        attributes.TryGetValue(name, out AttributeProto? value) ? [.. value.Ints] : [];

    private static bool Flag(Dictionary<string, AttributeProto> attributes, string name) =>
        attributes.TryGetValue(name, out AttributeProto? value) && value.I != 0;

    private static string? Text(Dictionary<string, AttributeProto> attributes, string name) =>
        attributes.TryGetValue(name, out AttributeProto? value) ? Printable(value.S.Span) : null;

    private static string Number(float value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
