namespace MLNetGen.AlexNet;

/// <summary>The rate of every step. It follows from the figures of the finished epochs, so that a checkpoint needs no more than these.</summary>
internal static class LearningRates
{
    private const double PlateauFactor = 0.1;

    // A tenth of a tenth of a tenth: the paper lowered it three times.
    private const int MostDrops = 3;

    public static double At(AlexNetRecipe recipe, IReadOnlyList<double> errors, long step, long steps) => recipe.Schedule switch
    {
        AlexNetSchedule.OneCycle => LearningRateSchedule.OneCycle.At(recipe.LearningRate, step, steps),
        AlexNetSchedule.Plateau => recipe.LearningRate * Math.Pow(PlateauFactor, Drops(errors, recipe.Patience)),
        _ => recipe.LearningRate,
    };

    /// <summary>How often the error went <paramref name="patience"/> epochs without falling below its least before; at most three times.</summary>
    public static int Drops(IReadOnlyList<double> errors, int patience)
    {
        int drops = 0, waited = 0;
        double least = double.PositiveInfinity;
        foreach (double error in errors)
        {
            if (error < least)
                (least, waited) = (error, 0);
            else if (++waited == patience)
                (drops, waited) = (Math.Min(drops + 1, MostDrops), 0);
        }
        return drops;
    }
}
