using System.Globalization;

namespace MLNetGen.Tests;

public class AxisTicksTests
{
    [Fact]
    public void Ticks_cover_random_ranges_evenly_and_are_few()
    {
        var random = new Random(1);
        for (int i = 0; i < 20000; i++)
        {
            double scale = Math.Pow(10, random.Next(-280, 300));
            double a = (random.NextDouble() * 2 - 1) * scale;
            double b = random.Next(4) switch
            {
                0 => a,
                1 => a + a * 1e-12,
                2 => (random.NextDouble() * 2 - 1) * scale,
                _ => a + Math.Abs(a) * random.NextDouble() * 1e-6,
            };
            (double min, double max) = a < b ? (a, b) : (b, a);
            int intervals = random.Next(1, 12);

            var ticks = AxisTicks.Cover(min, max, intervals);

            Assert.True(ticks.Min <= min && ticks.Max >= max, $"{min:r} to {max:r}: {ticks.Min:r} to {ticks.Max:r}");
            Assert.InRange(ticks.Values.Count, 2, intervals + 3);
            double step = (ticks.Max - ticks.Min) / (ticks.Values.Count - 1);
            for (int t = 1; t < ticks.Values.Count; t++)
                Assert.InRange((ticks.Values[t] - ticks.Values[t - 1]) / step, 0.999, 1.001);
        }
    }

    [Fact]
    public void Labels_read_back_as_their_ticks()
    {
        var random = new Random(2);
        for (int i = 0; i < 5000; i++)
        {
            double scale = Math.Pow(10, random.Next(-12, 14));
            double min = (random.NextDouble() * 2 - 1) * scale;
            double max = min + random.NextDouble() * scale;
            var ticks = AxisTicks.Cover(min, max, 5);
            double step = ticks.Values[1] - ticks.Values[0];
            foreach (double tick in ticks.Values)
            {
                string label = ticks.Label(tick).Replace('\u2212', '-');
                double read = double.Parse(label, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
                Assert.True(Math.Abs(read - tick) < step * 1e-3, $"{tick:r} is labelled {label}");
            }
        }
    }

    [Theory]
    [InlineData(102, 200, 5, "100 120 140 160 180 200")]
    [InlineData(101, 201.6, 5, "100 125 150 175 200 225")]
    [InlineData(0, 0.98, 5, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0, 0, 5, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(-0.3, 0.2, 5, "\u22120.3 \u22120.2 \u22120.1 0 0.1 0.2")]
    [InlineData(0, 40000, 4, "0 10,000 20,000 30,000 40,000")]
    [InlineData(1e-7, 3e-7, 4, "1.0e\u22127 1.5e\u22127 2.0e\u22127 2.5e\u22127 3.0e\u22127")]
    public void Ticks_are_round_numbers(double min, double max, int intervals, string expected)
    {
        var ticks = AxisTicks.Cover(min, max, intervals);
        Assert.Equal(expected, string.Join(' ', ticks.Values.Select(ticks.Label)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 12)]
    [InlineData(0, 100)]
    public void Whole_number_axes_have_whole_ticks(double min, double max)
    {
        var ticks = AxisTicks.Cover(min, max, 5, wholeNumbers: true);
        Assert.All(ticks.Values, t => Assert.Equal(Math.Round(t), t));
        Assert.True(ticks.Min <= min && ticks.Max >= max);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(2, 1)]
    public void Impossible_ranges_are_refused(double min, double max) =>
        Assert.Throws<ArgumentException>(() => AxisTicks.Cover(min, max, 5));
}
