using MLNetGen.Gan;

namespace MLNetGen.Tests.Gan;

public sealed class CollapseDetectorTests
{
    [Fact]
    public void A_healthy_run_is_left_in_peace() =>
        Assert.Empty(Said(Enumerable.Range(1, 1000).Select(step => Row(step, accuracy: step % 150 == 0 ? 0.99 : 1, diversity: 0.8))));

    [Fact]
    public void A_discriminator_that_is_never_wrong_is_told_once_with_what_to_try()
    {
        string said = Assert.Single(Said(Enumerable.Range(1, 1000).Select(step => Row(step, accuracy: 1, diversity: 0.8))));
        Assert.Contains("step 200", said);
        Assert.Contains("DiscriminatorLearningRate", said);
    }

    [Fact]
    public void Pictures_that_are_all_alike_are_told_again_after_they_had_differed()
    {
        double Diversity(int step) => step is 1 or (> 300 and < 500) ? 0.9 : 0.1;
        string[] said = [.. Said(Enumerable.Range(1, 1000).Select(step => Row(step, accuracy: 0.7, Diversity(step))))];
        Assert.Equal(2, said.Length);
        Assert.All(said, warning => Assert.Contains("collapsed", warning));
        Assert.Contains("step 101;", said[0]);
        Assert.Contains("step 599;", said[1]);
    }

    [Fact]
    public void A_generator_has_a_thousand_steps_to_make_its_first_different_pictures()
    {
        Assert.Empty(Said(Enumerable.Range(1, 1200).Select(step => Row(step, accuracy: 0.7, diversity: step < 12 ? 0.21 : step < 1000 ? 0.1 : 0.5))));
        string said = Assert.Single(Said(Enumerable.Range(1, 1200).Select(step => Row(step, accuracy: 0.7, diversity: step < 12 ? 0.21 : 0.1))));
        Assert.Contains("step 1011;", said);
    }

    [Fact]
    public void A_critic_may_always_be_right() =>
        Assert.Empty(Said(Enumerable.Range(1, 1000).Select(step => Row(step, accuracy: 1, diversity: 0.8)), GanLoss.WassersteinGradientPenalty));

    private static IEnumerable<string> Said(IEnumerable<GanLogRow> rows, GanLoss loss = GanLoss.NonSaturating)
    {
        CollapseDetector detector = new(loss);
        return [.. rows.Select(detector.Check).OfType<string>()];
    }

    private static GanLogRow Row(int step, double accuracy, double diversity) => new(step, 0.7, 0.7, 0.7, 0.5, 0.5, accuracy, diversity, 1);
}
