using System.Globalization;
using MLNetGen.Onnx;
using Spectre.Console;

namespace MLNetGen.Cli;

/// <summary>A network's table: as wide as the terminal, 80 columns elsewhere; names give way, numbers never do.</summary>
internal static class SummaryDisplay
{
    private const int PlainWidth = 80, LeastName = 8, LeastOperator = 8, Gaps = 10;
    private const double Million = 1e6, Billion = 1e9;

    public static void Show(string title, OnnxSummary network, bool all)
    {
        int width = AnsiConsole.Profile.Out.IsTerminal ? AnsiConsole.Profile.Width : PlainWidth;
        AnsiConsole.Profile.Width = width;
        Line(title, width);
        string producer = $"{network.Producer} {network.ProducerVersion}".Trim();
        Line($"{(network.Name.Length > 0 ? network.Name : "graph without a name")}, by {(producer.Length > 0 ? producer : "unknown")}, "
            + $"{string.Join(", ", network.Opsets.Select(set => $"{(set.Key == "ai.onnx" ? "opset" : set.Key)} {set.Value}"))}, {Megabytes(network.FileBytes)} MB", width);
        foreach (OnnxTensorInfo input in network.Inputs)
            Line($"  in   {input.Name}  {input.ElementType} {input.ShapeText}", width);
        foreach (OnnxTensorInfo output in network.Outputs)
            Line($"  out  {output.Name}  {output.ElementType} {output.ShapeText}", width);
        Console.WriteLine();

        OnnxLayer[] layers = [.. network.Layers.Where(layer => all || !layer.IsBookkeeping)];
        WriteTable(layers, network, width);

        int hidden = network.Layers.Count - layers.Length;
        string notes = string.Join("; ", new[]
        {
            network.CountedAt.Count == 0 ? "" : $"at {string.Join(", ", network.CountedAt.Values.Select(Shape).Distinct())}",
            hidden == 0 ? "" : $"hidden (see --all): {Count(hidden)} {(hidden == 1 ? "node" : "nodes")} for weights and shapes",
            layers.Any(layer => layer.SharedParameters > 0) ? "(in brackets): shared, counted once" : "",
            layers.Any(layer => layer.Operator == "BatchNormalization") ? "running statistics are no parameters" : "",
        }.Where(note => note.Length > 0));
        foreach (string line in Wrap(notes, width))
            Console.WriteLine(line);
        Console.WriteLine($"Parameters: {Count(network.Parameters)}   Multiply-adds: {(network.MultiplyAdds is { } sum ? $"{Scaled(sum)}" : "unknown")}   Weights: {Megabytes(network.WeightBytes)} MB");
        if (network.ShapesMissing is { } why)
            Line($"No shapes: {why}", int.MaxValue);
        foreach ((string key, string value) in network.Metadata)
            Line($"  {key}: {value}", width);
    }

    private static void WriteTable(OnnxLayer[] layers, OnnxSummary network, int width)
    {
        string[][] rows =
        [
            .. layers.Select(layer => new[]
            {
                new string(' ', 2 * layer.Depth) + layer.Name,
                $"{layer.Operator} {layer.Settings}".TrimEnd(),
                layer.OutputShape is null ? "?" : Shape(layer.OutputShape),
                layer.Parameters == 0 ? "–" : layer.SharedParameters == layer.Parameters ? $"({Count(layer.Parameters)})" : Count(layer.Parameters),
                layer.MultiplyAdds is not { } cost ? "?" : cost == 0 ? "–" : Count(cost),
            }),
        ];
        string[] total = ["Total", "", "", Count(network.Parameters), network.MultiplyAdds is { } sum ? Count(sum) : "?"];
        string[] head = ["Layer", "Operator", "Output", "Parameters", "Multiply-adds"];
        int[] widths = [.. head.Select((name, column) => rows.Append(total).Append(head).Max(row => row[column].Length))];
        Squeeze(widths, width);

        Table table = new() { Border = TableBorder.Horizontal, UseSafeBorder = true };
        for (int i = 0; i < head.Length; i++)
        {
            TableColumn column = new TableColumn(new Text(Fit(head[i], widths[i]))).Width(widths[i]).NoWrap().PadLeft(0).PadRight(i == head.Length - 1 ? 0 : 1);
            table.AddColumn(i < 3 ? column : column.RightAligned().Footer(new Text(total[i])));
        }
        table.Columns[0].Footer(new Text(total[0]));
        foreach (string[] row in rows)
            table.AddRow([.. row.Select((text, i) => new Text(i == 0 ? FitEnd(text, widths[i]) : Fit(text, widths[i])))]);
        AnsiConsole.Write(table);
    }

    // Too wide: first the settings lose their end, then the names their beginning.
    private static void Squeeze(int[] widths, int width)
    {
        int excess = widths.Sum() + Gaps - width;
        foreach ((int column, int least) in ((int, int)[])[(1, 20), (0, 16), (1, LeastOperator), (0, LeastName)])
        {
            int cut = Math.Clamp(excess, 0, Math.Max(0, widths[column] - least));
            widths[column] -= cut;
            excess -= cut;
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        if (line.Length > 0)
            yield return line;
    }

    private static void Line(string text, int width) =>
        Console.WriteLine(Fit(string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)), width));

    private static string Fit(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";

    private static string FitEnd(string text, int width) => text.Length <= width ? text : "…" + text[^(width - 1)..];

    private static string Shape(IReadOnlyList<long> shape) => shape.Count == 0 ? "scalar" : string.Join('×', shape);

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Decimal(double number) => number.ToString(number < 0.1 ? "0.####" : "N2", CultureInfo.InvariantCulture);

    // A thousand millions and more are written as G, as torchinfo does.
    private static string Scaled(long number) =>
        number >= Billion ? $"{Decimal(number / Billion)} G" : number >= Million ? $"{Decimal(number / Million)} M" : Count(number);

    private static string Megabytes(long bytes) => Decimal(bytes / Million);
}
