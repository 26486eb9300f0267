using Microsoft.ML;

namespace MLNetGen.Tests.Gan.Toy;

public sealed class ToyGan1DTests : IDisposable
{
    private static readonly (byte, byte, byte) Black = (0, 0, 0);

    private readonly MLContext ml = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Generated_numbers_come_to_have_the_datas_mean_and_deviation()
    {
        ToyGan1D toy = ToyGan1D.Train(ml, new() { Steps = 1000, BatchSize = 256, FrameInterval = 400 });
        Assert.Equal([0, 400, 800, 1000], toy.Frames.Select(frame => frame.Step));
        ToyGanFrame first = toy.Frames[0], last = toy.Frames[^1];
        Assert.True(Math.Abs(first.Mean - 4) > 2, $"it starts where it should arrive: mean {first.Mean}");
        Assert.Equal(4, last.Mean, 0.2);
        Assert.Equal(0.5, last.Deviation, 0.2);
        // Where data and generated numbers are alike, the discriminator cannot tell: D = 1/2 (proposition 1).
        Assert.All(ToyGan1D.Axis.Zip(last.Discriminator).Where(p => Math.Abs(p.First - 4) <= 0.5), p => Assert.Equal(0.5, p.Second, 0.2));
    }

    [Fact]
    public void Frames_hold_a_density_and_probabilities_and_follow_the_seed()
    {
        ToyGan1D.Options options = new() { Steps = 3, BatchSize = 16, FrameInterval = 1, Seed = 5 };
        ToyGan1D toy = ToyGan1D.Train(ml, options);
        Assert.Equal([0, 1, 2, 3], toy.Frames.Select(frame => frame.Step));
        Assert.All(toy.Frames, frame =>
        {
            // The axis holds all of it, and neighbours are 1/40 apart.
            Assert.Equal(1, frame.Density.Sum() / 40, 1e-3);
            Assert.All(frame.Discriminator, p => Assert.InRange(p, 0, 1));
            Assert.Equal(Math.Sqrt(frame.Generated.Average(x => x * x) - frame.Mean * frame.Mean), frame.Deviation, 1e-6);
        });
        Assert.NotEqual(toy.Frames[0].Generated, toy.Frames[1].Generated);
        Assert.Equal(toy.Frames[3].Generated, ToyGan1D.Train(ml, options).Frames[3].Generated);
        options.Seed = 6;
        Assert.NotEqual(toy.Frames[3].Generated, ToyGan1D.Train(ml, options).Frames[3].Generated);

        toy.Save(folder);
        Assert.Equal(["toy-gan.gif", "toy-gan.png"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Curves_are_drawn_where_their_values_are()
    {
        // D is 1/4 everywhere, the density 3/4: rows three quarters and one quarter down a plot from 84 to 384.
        double[] flat(double value) => [.. ToyGan1D.Axis.Select(_ => value)];
        Picture drawn = ToyGan1D.Draw(new(7, flat(0.75), flat(0.25), [0.0, 1.0]));
        Assert.Equal((720, 520), (drawn.Width, drawn.Height));
        Assert.Equal([158, 159], GreenestRows(drawn, 100));   // a line of 3 around row 159's upper edge
        Assert.InRange(BlueShare(drawn, 309), 0.5, 0.8);   // dashes of 11, gaps of 6
        Assert.Equal(0, BlueShare(drawn, 280));
        Assert.NotEqual(drawn.Pixels, ToyGan1D.Draw(new(8, flat(0.75), flat(0.25), [0.0, 1.0])).Pixels);
    }

    [Fact]
    public void Lines_cover_as_many_pixels_as_they_are_long_and_thick()
    {
        using Canvas canvas = new(100, 100);
        canvas.Line([(10, 20), (50, 50)], Black, 4);   // 3-4-5: 50 long
        double ink = canvas.ToPicture().Pixels.Where((_, i) => i % 3 == 0).Sum(value => (255 - value) / 255.0);
        Assert.Equal(50 * 4 + Math.PI * 4, ink, 6.0);   // and a round end of radius 2 at each side
        using Canvas clipped = new(100, 100);
        clipped.Line([(10, 20), (50, 50)], Black, 4, top: 30, bottom: 40);
        Picture within = clipped.ToPicture();
        Assert.All(Enumerable.Range(0, 100), y => Assert.Equal(y is >= 30 and < 40,
            Enumerable.Range(0, 100).Any(x => within.Pixels[(y * 100 + x) * 3] < 255)));
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ToyGan1D.Train(ml, new() { Steps = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ToyGan1D.Train(ml, new() { FrameInterval = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ToyGan1D.Train(ml, new() { GeneratorLearningRate = double.NaN }));
        Assert.Throws<OperationCanceledException>(() => ToyGan1D.Train(ml, new() { CancellationToken = new(canceled: true) }));
    }

    private static int[] GreenestRows(Picture picture, int x)
    {
        int[] excess = [.. Enumerable.Range(0, picture.Height).Select(y => Excess(picture, x, y, 1))];
        return [.. Enumerable.Range(90, 280).Where(y => excess[y] == excess[90..370].Max())];
    }

    private static double BlueShare(Picture picture, int y) =>
        Enumerable.Range(70, 600).Count(x => Excess(picture, x, y, 2) > 60) / 600.0;

    // By how much a channel is above the mean of the others.
    private static int Excess(Picture picture, int x, int y, int channel)
    {
        int at = (y * picture.Width + x) * 3;
        int[] pixel = [picture.Pixels[at], picture.Pixels[at + 1], picture.Pixels[at + 2]];
        return pixel[channel] - (pixel.Sum() - pixel[channel]) / 2;
    }
}
