namespace MLNetGen;

/// <summary>How AlexNet's learning rate moves over a run.</summary>
public enum AlexNetSchedule
{
    /// <summary>
    /// Divided by 10 when the validation error (of the training rows, where none are held out) has not fallen for
    /// <see cref="AlexNetTrainer.Options.Patience"/> epochs. Source: the AlexNet paper, section 5.
    /// </summary>
    Plateau,

    /// <summary>Up over the first tenth of the steps, then down to near 0 along a cosine (Smith and Topin 2019, arXiv:1708.07120).</summary>
    OneCycle,

    /// <summary>The same rate at every step.</summary>
    Constant,
}
