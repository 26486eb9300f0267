namespace MLNetGen.Tests.Training;

/// <summary>When smaller batches are advised, and how small.</summary>
public sealed class FewStepsTests
{
    [Theory]
    [InlineData(600, 128, 16)]
    [InlineData(640, 128, 32)]
    [InlineData(639, 128, 16)]
    [InlineData(60, 128, 8)]
    [InlineData(1153, 128, null)]
    [InlineData(1152, 128, 32)]
    [InlineData(60, 8, null)]
    [InlineData(60, 4, null)]
    public void Batches_that_leave_twenty_steps_are_advised_where_there_are_less_than_ten(long rows, int batch, int? advised)
    {
        string? advice = FewSteps.Advice(rows, batch);
        Assert.Equal(advised is not null, advice is not null);
        if (advised is { } smaller)
            Assert.Contains($"BatchSize to {smaller},", advice, StringComparison.Ordinal);
    }
}
