namespace MLNetGen;

/// <summary>The loss became NaN or infinite before there was anything worth keeping.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    /// <summary>Says nothing of the run; prefer the form with a message.</summary>
    public TrainingDivergedException()
    {
    }

    /// <summary>Says when the loss diverged and what to change.</summary>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>Says when the loss diverged and what to change.</summary>
    public TrainingDivergedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
