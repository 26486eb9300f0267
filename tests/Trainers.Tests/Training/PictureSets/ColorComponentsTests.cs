using Microsoft.ML;

namespace MLNetGen.Tests.Training.Pictures;

public class ColorComponentsTests
{
    private readonly MLContext ml = new(seed: 1);

    private static int Pixel(int row, int channel, int y, int x) => (row * 37 + channel * (x * 11 + 5) + y * y * 9 + x * (row + 1) * 3) % 256;

    // numpy: pixels [3, 48] / 255; mean(1), std(1), linalg.eigh(cov(…, bias=True)).
    [Theory]
    [InlineData(null)]
    [InlineData(4)]
    public void Numbers_are_those_of_numpy(int? seed)
    {
        using PictureSet set = PictureRows.Read(ml, PictureRows.Create(3, 4, 4, Pixel), 4, 4, new() { ShuffleSeed = seed });
        ColorComponents components = ColorComponents.Of(set);
        Same([0.303921568627451, 0.388235294117647, 0.4516339869281046], components.Mean);
        Same([0.1836415220959123, 0.1964375795787752, 0.2147265238135444], components.Deviation);
        Same([0.1029767911330062, 0.0145221849933852, 0.0009204352111283], components.Values);
        Same([0.5388499957305067, 0.592730502139703, 0.5985910406399753], components.Vectors[0]);
        Same([-0.482818900630711, -0.3649789643234095, 0.7960378538707584], components.Vectors[1]);
        Same([-0.6903090549130764, 0.7179560623287662, -0.0895125760459868], components.Vectors[2]);
    }

    [Fact]
    public void Noise_is_the_sum_of_components_times_eigenvalue_times_alpha()
    {
        using PictureSet set = PictureRows.Read(ml, PictureRows.Create(3, 4, 4, Pixel), 4, 4);
        float[] noise = new float[3];
        ColorComponents.Of(set).Noise([0.1, -0.2, 0.5], noise);
        // Red: 0.53885 · 0.1 · 0.102977 − 0.482819 · (−0.2) · … as the paper's formula has it.
        Assert.Equal((0.5388499957 * 0.1 * 0.1029767911) + (-0.4828189006 * -0.2 * 0.0145221850) + (-0.6903090549 * 0.5 * 0.0009204352), noise[0], 1e-8);
        Assert.Equal((0.5985910406 * 0.1 * 0.1029767911) + (0.7960378539 * -0.2 * 0.0145221850) + (-0.0895125760 * 0.5 * 0.0009204352), noise[2], 1e-8);
    }

    [Fact]
    public void Shuffled_set_gives_its_first_pictures_without_waiting_for_the_rest()
    {
        using var gate = new ManualResetEventSlim();
        int read = 0;
        using PictureSet set = PictureRows.Read(
            ml,
            PictureRows.Create(9, 2, 2, (row, _, _, _) => 10 * row, _ =>
            {
                if (Interlocked.Increment(ref read) == 4)
                    gate.Wait(PictureRows.Soon);
            }),
            2,
            2,
            new() { ShuffleSeed = 1 });
        ColorComponents components = ColorComponents.Of(set, pictures: 3);
        Assert.Equal(Enumerable.Range(0, 3).Average(row => set.Pixels(row)[0]) / 255, components.Mean[0], 1e-12);
        gate.Set();
    }

    // Folders come sorted by class: the first pictures would be all of one.
    [Fact]
    public void Set_in_its_own_order_gives_evenly_spread_pictures()
    {
        using PictureSet set = PictureRows.Read(ml, PictureRows.Create(9, 2, 2, (row, _, _, _) => 10 * row), 2, 2);
        Assert.Equal((0 + 30 + 60) / 3 / 255.0, ColorComponents.Of(set, pictures: 3).Mean[0], 1e-12);
    }

    [Fact]
    public void Grey_pictures_have_one_component_their_variance()
    {
        using PictureSet set = PictureRows.Read(ml, PictureRows.Create(2, 1, 2, (row, _, _, x) => 100 * row + 20 * x), 1, 2, channels: 1);
        ColorComponents components = ColorComponents.Of(set);
        // 0, 20, 100, 120: mean 60, variance (60² + 40² + 40² + 60²) / 4 = 2,600.
        Same([60 / 255.0], components.Mean);
        Same([2600 / 255.0 / 255], components.Values);
        Same([1], components.Vectors[0]);
    }

    // numpy.linalg.eigh.
    [Fact]
    public void Eigenvalues_of_a_symmetric_matrix_are_those_of_numpy()
    {
        SymmetricEigen eigen = SymmetricEigen.Of(new double[,] { { 4, 1, -2, 2 }, { 1, 2, 0, 1 }, { -2, 0, 3, -2 }, { 2, 1, -2, -1 } });
        Same([6.844621107234965, 2.2685314064312423, 1.0843644637732166, -2.1975169774394243], eigen.Values);
        Same([0.7180459594506796, 0.2211529881551807, -0.5573513771375096, 0.3533564748939929], eigen.Vectors[0]);
        Same([0.2017110966209423, 0.7894499124874399, 0.5796341693167878, 0.0102809986863306], eigen.Vectors[1]);
        Same([0.6422600067660328, -0.5441878481946866, 0.5202218509386148, -0.1439822745761912], eigen.Vectors[2]);
        Same([-0.1767051706244765, -0.1781004699063008, 0.2876680343197012, 0.9242849167461132], eigen.Vectors[3]);
    }

    [Fact]
    public void Pictures_of_one_colour_have_no_variance()
    {
        using PictureSet set = PictureRows.Read(ml, PictureRows.Create(2, 2, 2, (_, channel, _, _) => 50 * channel), 2, 2);
        Assert.All(ColorComponents.Of(set).Values, value => Assert.Equal(0, value, 1e-15));
    }

    // Mean of squares less square of the mean of many 33s is −3.5e−18 in doubles.
    [Theory]
    [InlineData(33)]
    [InlineData(255)]
    public void Deviation_of_one_colour_is_zero_whatever_rounding_does(int value)
    {
        using PictureSet set = PictureRows.Read(ml, PictureRows.Create(7, 5, 3, (_, _, _, _) => value), 5, 3);
        Assert.All(ColorComponents.Of(set).Deviation, deviation => Assert.Equal(0, deviation, 1e-8));
    }

    private static void Same(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-12);
    }
}
