using System.Globalization;

namespace MLNetGen.SuperResolution;

/// <summary>After every epoch, a sheet in the workspace: a row a picture, small | bicubic | the network's | true, with their figures.</summary>
internal static class SuperResolutionSnapshots
{
    private const int Rows = 6, Columns = 4;

    public static string PathOf(string workspace, int epoch) => Path.Combine(workspace, "samples", $"epoch-{epoch:D3}.png");

    public static void Take(string workspace, SuperResolutionJudge judge, IReadOnlyList<Picture> made, int epoch)
    {
        List<(Picture Picture, string Caption)> cells = [];
        for (int i = 0; i < Math.Min(Rows, made.Count); i++)
        {
            Picture truth = judge.Truth[i];
            cells.Add((Repeated(judge.Small[i], truth.Width / judge.Small[i].Width), $"{judge.Small[i].Width}x{judge.Small[i].Height}"));
            cells.Add((judge.Bicubic[i], $"bicubic {Figures(judge.Bicubic[i], truth)}"));
            cells.Add((made[i], Figures(made[i], truth)));
            cells.Add((truth, "true"));
        }
        ContactSheet.Save(PathOf(workspace, epoch), cells, Columns);
    }

    private static string Figures(Picture picture, Picture truth) => string.Create(
        CultureInfo.InvariantCulture,
        $"{PictureQuality.PeakSignalToNoise(picture, truth):F1} dB {PictureQuality.StructuralSimilarity(picture, truth):F2}");

    // Pixels as blocks: what the network had to go on.
    private static Picture Repeated(Picture picture, int times)
    {
        Picture large = new(picture.Width * times, picture.Height * times, picture.Channels, new byte[picture.Pixels.Length * times * times]);
        PictureGrid.Fit(picture, large, 0, 0, large.Width, large.Height);
        return large;
    }
}
