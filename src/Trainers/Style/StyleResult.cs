namespace MLNetGen.Style;

/// <summary>What the loss makes of a test picture's painting, and of the photograph that merely has the painting's colours.</summary>
/// <param name="Picture">The test picture's name.</param>
/// <param name="Style">Which painting, from 0.</param>
/// <param name="Terms">Of the network's painting.</param>
/// <param name="ColourMatched">Of the photograph with its colours matched, by mean and covariance or by histograms: the better of the two.</param>
internal sealed record StyleResult(string Picture, int Style, StyleLossTerms Terms, StyleLossTerms ColourMatched)
{
    public double Ratio => Terms.Total / ColourMatched.Total;

    public static StyleResult[] Of(StyleJudge judge, TransformNetwork network, IReadOnlyList<Picture> paintings)
    {
        List<StyleResult> results = [];
        IReadOnlyList<StyleLossTerms> each = judge.Judge(network).Terms;
        for (int style = 0; style < paintings.Count; style++)
        {
            for (int i = 0; i < judge.Pictures.Count; i++)
            {
                (string name, Picture picture) = judge.Pictures[i];
                StyleLossTerms matched = new[] { ColorMatching.MatchMeanAndCovariance(picture, paintings[style]), ColorMatching.MatchHistograms(picture, paintings[style]) }
                    .Select(recoloured => judge.Of(i, recoloured, style, paintings.Count)).MinBy(terms => terms.Total)!;
                results.Add(new(name, style, each[i * paintings.Count + style], matched));
            }
        }
        return [.. results];
    }
}

/// <summary>What is known of a run that ended.</summary>
/// <param name="History">Its settings and figures.</param>
/// <param name="Tests">The test pictures.</param>
/// <param name="Paintings">As the loss network got them.</param>
/// <param name="Results">What the loss makes of the test pictures.</param>
/// <param name="HasHeldOut">Whether the test pictures are others than those trained on.</param>
internal sealed record StyleRun(StyleHistory History, IReadOnlyList<(string Name, Picture Picture)> Tests, IReadOnlyList<Picture> Paintings, IReadOnlyList<StyleResult> Results, bool HasHeldOut);
