using System.Globalization;
using System.Text;
using MLNetGen.Onnx;

namespace MLNetGen;

/// <summary>A network as a row of blocks, as papers draw it: as high as the feature map, as deep as it has channels.</summary>
internal static class NetworkDiagram
{
    private const double Cell = 118, Middle = 92, Highest = 120, Lowest = 10, Deepest = 34, Slant = 0.5, LineHeight = 16;

    /// <summary>Input and stages from left to right, each with its shape, its layers and its parameters.</summary>
    public static string Blocks(string inputName, IReadOnlyList<long> input, IReadOnlyList<NetworkStage> stages)
    {
        long largest = stages.Select(stage => Side(stage.Shape)).Append(Side(input)).Max();
        int lines = 2 + stages.Max(stage => Lines(stage).Length);
        double width = Cell * (stages.Count + 1), height = Middle + Highest / 2 + 24 + LineHeight * lines;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\" role=\"region\" aria-label=\"Network\" tabindex=\"0\"><svg class=\"network\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Html.Escape(Describe(inputName, input, stages))}\">\n");
        Block(svg, 0, input, largest, "given", [inputName]);
        for (int i = 0; i < stages.Count; i++)
        {
            NetworkStage stage = stages[i];
            string parameters = stage.Parameters == 0 ? "" : stage.Parameters.ToString("N0", CultureInfo.InvariantCulture);
            Block(svg, i + 1, stage.Shape, largest, i == stages.Count - 1 ? "given" : "made", [.. Lines(stage), parameters]);
        }
        return svg.Append("</svg></div>\n").ToString();
    }

    /// <summary>Boxes joined by arrows: each says what it is and how large it is, each arrow what goes along it.</summary>
    public static string Flow(IReadOnlyList<(string Name, string Note)> boxes, IReadOnlyList<string> arrows, (int At, string Name, string Arrow)? beside = null)
    {
        const double Box = 168, Gap = 118, Height = 54, Top = 14;
        // On a page as wide as a desk's all is seen at once; on a narrow one it is scrolled, and stays legible.
        const double SmallestScale = 0.78;
        double width = boxes.Count * Box + (boxes.Count - 1) * Gap, height = beside is null ? Top * 2 + Height : Top * 2 + Height * 2 + 62;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\" role=\"region\" aria-label=\"Network\" tabindex=\"0\"><svg class=\"network\" style=\"width:100%;min-width:{width * SmallestScale:0}px;max-width:{width}px;height:auto\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Html.Escape(string.Join(", then ", boxes.Select(box => box.Name)))}\">\n");
        for (int i = 0; i < boxes.Count; i++)
        {
            double x = i * (Box + Gap);
            Frame(svg, x, Top, boxes[i].Name, boxes[i].Note);
            if (i > 0)
            {
                Arrow(svg, x - Gap + 4, Top + Height / 2, x - 4, Top + Height / 2);
                Text(svg, x - Gap / 2, Top + Height / 2 - 8, "label", arrows[i - 1]);
            }
        }
        if (beside is { } other)
        {
            double x = other.At * (Box + Gap), y = Top + Height + 62;
            Frame(svg, x, y, other.Name, "");
            Arrow(svg, x + Box / 2, y - 4, x + Box / 2, Top + Height + 4);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + Box / 2 + 10}\" y=\"{Top + Height + 36}\">{Html.Escape(other.Arrow)}</text>\n");
        }
        return svg.Append("</svg></div>\n").ToString();

        static void Frame(StringBuilder svg, double x, double y, string name, string note)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"frame\" x=\"{x + 1}\" y=\"{y}\" width=\"{Box - 2}\" height=\"{Height}\" rx=\"8\"/>\n");
            Text(svg, x + Box / 2, y + (note.Length == 0 ? Height / 2 + 5 : Height / 2 - 3), "label strong", name);
            if (note.Length > 0)
                Text(svg, x + Box / 2, y + Height / 2 + 16, "label", note);
        }
    }

    private static void Block(StringBuilder svg, int column, IReadOnlyList<long> shape, long largest, string kind, IReadOnlyList<string> lines)
    {
        double share = Math.Log2(Side(shape) + 1) / Math.Log2(Math.Max(largest, 2) + 1);
        double side = shape.Count == 3 ? Lowest + (Highest - Lowest) * share * share : Lowest;
        double depth = Math.Max(3, Deepest * Math.Log2(Channels(shape) + 1) / 10), lift = depth * Slant;
        // A feature map is seen from the side: thin, and as deep as its channels.
        double thin = Math.Max(5, side * 0.28), x = Cell * column + (Cell - thin - depth) / 2, y = Middle - side / 2 + lift / 2;
        svg.Append(CultureInfo.InvariantCulture, $"<g class=\"{kind}\"><path class=\"top\" d=\"M{x:F1} {y:F1}l{depth:F1} {-lift:F1}h{thin:F1}l{-depth:F1} {lift:F1}z\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"side\" d=\"M{x + thin:F1} {y:F1}l{depth:F1} {-lift:F1}v{side:F1}l{-depth:F1} {lift:F1}z\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"front\" x=\"{x:F1}\" y=\"{y:F1}\" width=\"{thin:F1}\" height=\"{side:F1}\"/></g>\n");
        if (column > 0)
            Arrow(svg, Cell * column - 14, Middle, Cell * column + 6, Middle);
        double text = Middle + Highest / 2 + 22;
        Text(svg, Cell * (column + 0.5), text, "label strong", string.Join('×', shape));
        foreach (string line in lines.Where(line => line.Length > 0))
            Text(svg, Cell * (column + 0.5), text += LineHeight, "label", line);
    }

    // The layer's name above its settings: side by side they are wider than a block.
    private static string[] Lines(NetworkStage stage) =>
        stage.Settings.Length == 0 ? [stage.Name, .. stage.Followers] : [stage.Name, stage.Settings, .. stage.Followers];

    private static void Arrow(StringBuilder svg, double x1, double y1, double x2, double y2)
    {
        double length = Math.Sqrt((x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1)), dx = (x2 - x1) / length * 6, dy = (y2 - y1) / length * 6;
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"arrow\" d=\"M{x1:F1} {y1:F1}L{x2:F1} {y2:F1}M{x2 - dx - dy * 0.6:F1} {y2 - dy + dx * 0.6:F1}L{x2:F1} {y2:F1}L{x2 - dx + dy * 0.6:F1} {y2 - dy - dx * 0.6:F1}\"/>\n");
    }

    private static void Text(StringBuilder svg, double x, double y, string kind, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{x:F1}\" y=\"{y:F1}\">{Html.Escape(text)}</text>\n");

    private static long Side(IReadOnlyList<long> shape) => shape.Count == 3 ? Math.Max(shape[1], shape[2]) : 1;

    private static long Channels(IReadOnlyList<long> shape) => shape[0];

    private static string Describe(string inputName, IReadOnlyList<long> input, IReadOnlyList<NetworkStage> stages) =>
        $"{inputName} {string.Join('×', input)}, " + string.Join(", ", stages.Select(stage => $"{stage.Name} to {string.Join('×', stage.Shape)}"));
}

/// <summary>A layer with weights and what follows it up to the next: one block of a <see cref="NetworkDiagram"/>.</summary>
/// <param name="Name">The layer, such as <c>Conv</c>.</param>
/// <param name="Settings">Its own, such as <c>4×4 s2 p1</c>; may be empty.</param>
/// <param name="Followers">What works on its output, such as <c>BatchNorm</c>.</param>
/// <param name="Shape">Of the output, without the batch: [channels, height, width] or [length].</param>
/// <param name="Parameters">Trained numbers in it.</param>
internal sealed record NetworkStage(string Name, string Settings, IReadOnlyList<string> Followers, IReadOnlyList<long> Shape, long Parameters)
{
    // ONNX's names and those that people use.
    private static readonly Dictionary<string, string> Weighted = new()
    {
        ["Conv"] = "Conv",
        ["ConvTranspose"] = "ConvTranspose",
        ["Gemm"] = "Dense",
        ["MatMul"] = "Dense",
    };

    private static readonly Dictionary<string, string> Shown = new()
    {
        ["BatchNormalization"] = "BatchNorm",
        ["InstanceNormalization"] = "InstanceNorm",
        ["LeakyRelu"] = "LeakyReLU",
        ["Relu"] = "ReLU",
        ["Tanh"] = "tanh",
        ["Sigmoid"] = "sigmoid",
    };

    /// <summary>The last two stages as one: layers of the same input, which an ONNX file has one after the other.</summary>
    /// <param name="stages">Of the file.</param>
    /// <param name="gives">What the two give.</param>
    public static IReadOnlyList<NetworkStage> SideBySide(IReadOnlyList<NetworkStage> stages, params string[] gives) =>
        [.. stages.SkipLast(2), stages[^1] with { Name = "2 × " + stages[^1].Name, Followers = gives, Parameters = stages[^2].Parameters + stages[^1].Parameters }];

    /// <summary>The stages of an ONNX file, in order.</summary>
    public static IReadOnlyList<NetworkStage> Of(OnnxSummary network)
    {
        List<NetworkStage> stages = [];
        string before = "";
        OnnxLayer? previous = null;
        foreach (OnnxLayer layer in network.Layers.Where(layer => !layer.IsBookkeeping && layer.OutputShape is not null))
        {
            long[] shape = [.. layer.OutputShape!.Skip(1)];
            if (Weighted.TryGetValue(layer.Operator, out string? name))
            {
                // A dense layer's sizes are those of the blocks beside it.
                stages.Add(new(before + name, name == "Dense" ? "" : layer.Settings, [], shape, layer.Parameters));
                before = "";
            }
            else if (layer.Operator is "Resize" or "Upsample")
            {
                before = "×2, ";
            }
            else if (stages.Count > 0)
            {
                NetworkStage last = stages[^1];
                // x · sigmoid(x) is two nodes of one module.
                IReadOnlyList<string> followers = layer.Operator == "Mul" && previous?.Operator == "Sigmoid" && previous.Name == layer.Name ? [.. last.Followers.SkipLast(1), "SiLU"]
                    : Shown.TryGetValue(layer.Operator, out string? follower) ? [.. last.Followers, follower] : last.Followers;
                bool flat = layer.Operator == "Flatten";
                stages[^1] = last with { Followers = followers, Shape = flat ? last.Shape : shape, Parameters = last.Parameters + layer.Parameters };
            }

            previous = layer;
        }
        return stages;
    }
}
