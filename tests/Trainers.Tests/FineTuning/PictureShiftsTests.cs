using static TorchSharp.torch;

namespace MLNetGen.Tests.FineTuning;

public sealed class PictureShiftsTests
{
    [Theory]
    [InlineData(0, false, 1)]
    [InlineData(0, true, 2)]
    [InlineData(2, false, 25)]
    [InlineData(1, true, 18)]
    public void Every_picture_is_a_window_of_the_mirrored_one_and_all_windows_come(int most, bool flip, int different)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Tensor picture = arange(3 * 5 * 6, ScalarType.Float32).reshape(1, 3, 5, 6), drawn = Augmentation.ShiftAndFlip(picture.expand(600, 3, 5, 6), most, flip);
        Assert.Equal([600, 3, 5, 6], drawn.shape);
        HashSet<string> windows = [];
        for (int down = -most; down <= most; down++)
        {
            for (int across = -most; across <= most; across++)
            {
                foreach (bool turned in flip ? (bool[])[false, true] : [false])
                    windows.Add(string.Join(' ', Enumerable.Range(0, 90).Select(i => Value(i / 30, Mirrored(i / 6 % 5 + down, 5), Mirrored((turned ? 5 - i % 6 : i % 6) + across, 6)))));
            }
        }

        string[] seen = [.. Enumerable.Range(0, 600).Select(row => string.Join(' ', drawn[row].contiguous().data<float>().ToArray())).Distinct()];
        Assert.Equal(different, seen.Length);
        Assert.Subset(windows, seen.ToHashSet());

        static float Value(int channel, int y, int x) => channel * 30 + y * 6 + x;

        static int Mirrored(int at, int length) => at < 0 ? -at : at >= length ? 2 * (length - 1) - at : at;
    }
}
