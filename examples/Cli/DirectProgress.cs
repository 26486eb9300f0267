namespace MLNetGen.Cli;

/// <summary>Reports at once and in order; <see cref="Progress{T}"/> posts to other threads, in any order.</summary>
internal sealed class DirectProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
