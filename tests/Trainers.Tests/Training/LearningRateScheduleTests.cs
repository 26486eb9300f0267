namespace MLNetGen.Tests.Training;

public class LearningRateScheduleTests
{
    [Fact]
    public void Constant_stays()
    {
        Assert.All(Enumerable.Range(0, 100), step => Assert.Equal(0.5, LearningRateSchedule.Constant.At(0.5, step, 100)));
    }

    [Fact]
    public void One_cycle_rises_for_a_tenth_and_falls_for_the_rest()
    {
        double[] rates = [.. Enumerable.Range(0, 999).Select(step => LearningRateSchedule.OneCycle.At(2, step, 999))];
        int top = Array.IndexOf(rates, rates.Max());
        Assert.Equal(99, top);
        Assert.Equal(2, rates[top], 12);
        Assert.Equal(rates[..top].Order(), rates[..top]);
        Assert.Equal(rates[top..].OrderDescending(), rates[top..]);
        Assert.InRange(rates[0], 1e-9, 0.03);
        Assert.InRange(rates[^1], 1e-9, 0.03);
        // Half-way down the cosine is half the peak.
        Assert.Equal(1, rates[99 + 450], 2);
    }
}
