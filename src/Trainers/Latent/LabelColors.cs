namespace MLNetGen.Latent;

/// <summary>A colour for each label; the rarest share a grey where there are more labels than colours.</summary>
internal sealed class LabelColors
{
    public const string Other = "other";

    private static readonly (byte R, byte G, byte B) Grey = (170, 174, 182);

    private static readonly (byte R, byte G, byte B)[] Colors =
    [
        (49, 104, 172), (236, 125, 32), (43, 145, 74), (206, 50, 60), (131, 92, 180), (128, 84, 62), (222, 112, 178), (24, 170, 186), (166, 168, 38), (28, 46, 92), (240, 178, 60),
    ];

    private readonly Dictionary<string, (byte R, byte G, byte B)> colors;

    public LabelColors(IReadOnlyList<string> labels)
    {
        string[] most = [.. labels.GroupBy(label => label).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(Colors.Length).Select(group => group.Key).Order(StringComparer.Ordinal)];
        colors = most.Index().ToDictionary(pair => pair.Item, pair => Colors[pair.Index]);
        Legend = [.. most.Select(label => (label, colors[label])), .. labels.All(colors.ContainsKey) ? [] : ((string, (byte, byte, byte))[])[(Other, Grey)]];
        // Rows without labels need no explanation.
        if (most is [""])
            Legend = [];
    }

    /// <summary>Names in order, and their colours; empty where no row has a label.</summary>
    public IReadOnlyList<(string Name, (byte R, byte G, byte B) Color)> Legend { get; }

    public (byte R, byte G, byte B) Of(string label) => colors.GetValueOrDefault(label, Grey);

    /// <summary>The name in the legend that a label goes by.</summary>
    public string NameOf(string label) => colors.ContainsKey(label) ? label : Other;
}
