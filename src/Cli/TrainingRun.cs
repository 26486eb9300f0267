using Microsoft.ML;

namespace MLNetGen.Cli;

/// <summary>One run of any family: training with progress on screen, what Ctrl-C leaves, and how it ends.</summary>
/// <typeparam name="T">The family's transformer.</typeparam>
internal sealed class TrainingRun<T>
    where T : ITransformer, IDisposable
{
    /// <summary>The family's options.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>Trains; gets where to report every step and finished parts.</summary>
    public required Func<Action<Func<TrainingPosition>>, Action<string>, T> Fit { get; init; }

    /// <summary>The model of the last checkpoint.</summary>
    public required Func<T> FromCheckpoint { get; init; }

    /// <summary>Whether there is one.</summary>
    public required Func<bool> HasCheckpoint { get; init; }

    /// <summary>What a run that has none was stopped before: "the first epoch was finished".</summary>
    public required string Before { get; init; }

    /// <summary>What the model is as it was left by: "epoch 3".</summary>
    public required Func<T, string> LeftBy { get; init; }

    /// <summary>Writes model, files and report; is told whether the run was stopped.</summary>
    public required Action<T, bool> Write { get; init; }

    /// <summary>Why training ended early by itself; null where it did not.</summary>
    public required Func<T, string?> Stopped { get; init; }

    public int Run(CancellationToken cancel)
    {
        string folder = Options.WorkspacePath!;
        Directory.CreateDirectory(folder);
        Options.CancellationToken = cancel;
        bool interrupted = false;
        T model;
        try
        {
            model = TrainingDisplay.Show("training", Fit);
        }
        catch (OperationCanceledException) when (OtherRank.IsThis)
        {
            // No failure, for which MPI would end the first rank too, which is writing the model.
            return 0;
        }
        catch (OperationCanceledException)
        {
            if (!HasCheckpoint())
            {
                Console.Error.WriteLine($"mlnetgen: stopped before {Before}; there is no model yet.");
                return Failure.Interrupted;
            }
            interrupted = true;
            Options.CancellationToken = CancellationToken.None;
            model = FromCheckpoint();
            Console.Error.WriteLine($"mlnetgen: stopped; writing the model as {LeftBy(model)} left it. Add --resume to train on.");
        }
        using (model)
        {
            if (OtherRank.IsThis)
                return 0;
            Write(model, interrupted);
            CommonOptions.Page = Path.Combine(folder, "report.html");
            JsonOutput.Add("run", RunSummary.Read(folder, out _));
            JsonOutput.Wrote(folder);
            Console.WriteLine($"model, pictures and report are in {folder}: open {Path.Combine(folder, "report.html")}");
            if (Stopped(model) is not { } why)
                return interrupted ? Failure.Interrupted : 0;
            Console.Error.WriteLine($"mlnetgen: {Failure.InOptions(why)}");
            return Failure.ExitCode;
        }
    }
}
