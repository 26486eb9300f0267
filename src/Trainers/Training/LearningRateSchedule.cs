namespace MLNetGen;

/// <summary>How the learning rate moves over a training run.</summary>
public enum LearningRateSchedule
{
    /// <summary>The same rate at every step.</summary>
    Constant,

    /// <summary>
    /// From near 0 up to the rate over the first tenth of the steps, then down to near 0 along a cosine
    /// (Smith and Topin 2019, arXiv:1708.07120, with Loshchilov and Hutter's cosine, arXiv:1608.03983).
    /// </summary>
    OneCycle,
}

internal static class LearningRateScheduleExtensions
{
    private const double WarmUp = 0.1;

    /// <summary>The rate at <paramref name="step"/> (from 0) of <paramref name="steps"/>.</summary>
    public static double At(this LearningRateSchedule schedule, double peak, long step, long steps)
    {
        if (schedule == LearningRateSchedule.Constant)
            return peak;
        double done = (step + 1.0) / (steps + 1.0);
        return done < WarmUp
            ? peak * done / WarmUp
            : peak * 0.5 * (1 + Math.Cos(Math.PI * (done - WarmUp) / (1 - WarmUp)));
    }
}
