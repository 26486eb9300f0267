using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests;

public class MoonPhasesTests
{
    private const int Dark = 45;   // between earthshine (30) and the sunlit disc

    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Columns_and_sizes_are_as_documented()
    {
        var view = ml.Images.MoonPhases(3);
        Assert.Equal(["Image", "Label", "Path", "Phase", "Tilt", "Radius"], view.Schema.Select(c => c.Name));
        Assert.Equal(new ImageDataViewType(32, 32), view.Schema["Image"].Type);
        Assert.Equal(["moon#0", "moon#1", "moon#2"], Rows.Text(view, "Path"));
        Assert.All(Rows.Pictures(view), p => Assert.Equal((32, 32), (p.Width, p.Height)));
    }

    [Fact]
    public void Same_seed_gives_the_same_moons_and_another_seed_others()
    {
        byte[][] Pixels(int seed) => [.. Rows.Pictures(ml.Images.MoonPhases(5, seed: seed)).Select(p => p.Pixels)];
        Assert.Equal(Pixels(3), Pixels(3));
        Assert.NotEqual(Pixels(3), Pixels(4));
    }

    [Fact]
    public void Rows_do_not_depend_on_how_many_there_are() =>
        Assert.Equal(Rows.Column<float>(ml.Images.MoonPhases(5), "Phase"), Rows.Column<float>(ml.Images.MoonPhases(50), "Phase")[..5]);

    [Fact]
    public void Phase_tilt_and_radius_fill_their_ranges()
    {
        var view = ml.Images.MoonPhases(4000, size: 100);
        Between(Rows.Column<float>(view, "Phase"), 0, 1);
        Between(Rows.Column<float>(view, "Tilt"), -20, 20);
        Between(Rows.Column<float>(view, "Radius"), 28, 46);

        static void Between(List<float> values, float low, float high)
        {
            Assert.All(values, v => Assert.InRange(v, low, high));
            // The mean of n uniform numbers has a deviation of range/√(12n): allow four.
            Assert.Equal((low + high) / 2, values.Average(), (high - low) * 4 / MathF.Sqrt(12 * values.Count));
            Assert.InRange(values.Min(), low, low + (high - low) / 100);
            Assert.InRange(values.Max(), high - (high - low) / 100, high);
        }
    }

    [Fact]
    public void Label_is_the_nearest_phase()
    {
        string[] names = ["new moon", "waxing crescent", "first quarter", "waxing gibbous", "full moon", "waning gibbous", "last quarter", "waning crescent"];
        var view = ml.Images.MoonPhases(500);
        foreach (var (phase, label) in Rows.Column<float>(view, "Phase").Zip(Rows.Text(view, "Label")))
        {
            double Distance(int k) => Math.Min(Math.Abs(phase - k / 8.0), 1 - Math.Abs(phase - k / 8.0));
            Assert.Equal(names[Enumerable.Range(0, 8).MinBy(Distance)], label);
        }
    }

    [Fact]
    public void Lit_share_of_the_disc_follows_the_phase()
    {
        var view = ml.Images.MoonPhases(60, size: 128);
        var pictures = Rows.Pictures(view);
        var phases = Rows.Column<float>(view, "Phase");
        var radii = Rows.Column<float>(view, "Radius");
        for (var i = 0; i < pictures.Count; i++)
        {
            var lit = pictures[i].Pixels.Where((_, k) => k % 3 == 0).Count(p => p > Dark);
            var share = lit / (Math.PI * radii[i] * radii[i]);
            Assert.Equal((1 - Math.Cos(2 * Math.PI * phases[i])) / 2, share, 0.03);
        }
    }

    [Fact]
    public void First_quarter_is_lit_on_the_right_and_last_quarter_on_the_left()
    {
        var first = new MoonPhase(0.25, 0, 14).Draw(32);
        var last = new MoonPhase(0.75, 0, 14).Draw(32);
        Assert.True(first.Pixels[16 * 32 + 24] > 150 && first.Pixels[16 * 32 + 8] < Dark);
        Assert.True(last.Pixels[16 * 32 + 24] < Dark && last.Pixels[16 * 32 + 8] > 150);
    }

    [Fact]
    public void Tilt_turns_the_lit_side_counter_clockwise()
    {
        // A thin crescent on the right, tilted by 20°: its middle lies at (cos 20°, sin 20°), above the centre's height.
        var picture = new MoonPhase(0.12, 20, 60).Draw(128);
        double mass = 0, height = 0, across = 0;
        for (var i = 0; i < picture.Pixels.Length; i++)
            if (picture.Pixels[i] > Dark)
            {
                var weight = picture.Pixels[i] - Dark;
                mass += weight;
                across += weight * (i % 128 + 0.5 - 64);
                height += weight * (64 - i / 128 - 0.5);
            }
        Assert.Equal(20, Math.Atan2(height / mass, across / mass) * 180 / Math.PI, 4.0);
    }

    [Theory]
    [InlineData(0, 32)]
    [InlineData(1, 7)]
    [InlineData(1, 1025)]
    public void Values_out_of_range_are_refused(int count, int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Images.MoonPhases(count, size));
}
