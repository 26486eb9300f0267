namespace MLNetGen.Style;

/// <summary>Brings the photograph's colours back to a finished painting.</summary>
internal static class ColorsOfPhotograph
{
    /// <param name="kept">How.</param>
    /// <param name="painted">In colour.</param>
    /// <param name="photograph">Of the same size.</param>
    public static Picture Keep(KeptColors kept, Picture painted, Picture photograph) => kept switch
    {
        KeptColors.Luminance => LuminanceTransfer.Apply(painted, photograph),
        KeptColors.Histogram => ColorMatching.MatchHistograms(painted, photograph),
        KeptColors.Matched => ColorMatching.MatchMeanAndCovariance(painted, photograph),
        _ => painted,
    };
}
