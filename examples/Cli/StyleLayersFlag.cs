using System.CommandLine;
using System.Globalization;

namespace MLNetGen.Cli;

/// <summary><c>--style-layers relu1_1 relu2_1=0.5</c>: where style is compared, and what each layer counts beside the others.</summary>
internal sealed class StyleLayersFlag
{
    public Option<string[]> Option { get; } = new("--style-layers")
    {
        Description = "Where style is compared, with weights: relu1_1 relu2_1=0.5 …; unset: the loss network's own",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Null where none are named.</summary>
    /// <exception cref="ArgumentException">One is no layer and weight, or is named twice.</exception>
    public IReadOnlyDictionary<string, double>? Value(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is not { Length: > 0 } layers)
            return null;
        Dictionary<string, double> weights = [];
        foreach (string layer in layers)
        {
            string[] pair = layer.Split('=');
            double weight = 1;
            if (pair.Length > 2 || pair[0].Length == 0 || (pair.Length == 2 && !double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out weight)))
                throw new ArgumentException($"--style-layers has '{layer}'; it must be a layer's name, or its name and weight, as relu2_1=0.5.");
            if (!weights.TryAdd(pair[0], weight))
                throw new ArgumentException($"--style-layers names '{pair[0]}' twice: name it once, with one weight.");
        }
        return weights;
    }
}
