using System.CommandLine;

namespace MLNetGen.Cli;

/// <summary>What every <c>train</c> command can be told.</summary>
/// <param name="family">Names the folder of its runs.</param>
/// <param name="batch">How many pictures a step has where nothing is said.</param>
internal sealed class TrainingFlags(string family, string batch)
{
    public Option<string> Output { get; } = new("--out")
    {
        Description = "Folder for the model, ONNX files, pictures and report",
        DefaultValueFactory = _ => Path.Combine("out", family),
    };

    public Option<int> Seed { get; } = new("--seed") { Description = "Same seed, same machine, same figures", DefaultValueFactory = _ => 1 };

    public Option<string?> Device { get; } = new("--device") { Description = "cpu, cuda or cuda:N; unset: CUDA where there is one" };

    public Option<int> Threads { get; } = new("--threads") { Description = "Processor cores to use; 0: all" };

    public Option<TrainingPrecision> Precision { get; } = new("--precision")
    {
        Description = "auto, float32 or bfloat16 (faster where the processor has instructions for it); auto takes bfloat16 where it is and the family was measured to come out as well",
    };

    public Option<int?> Batch { get; } = new("--batch-size") { Description = "Pictures in a step; unset: " + batch };

    public Option<bool> Resume { get; } = new("--resume") { Description = "Go on from the checkpoint in --out, with its settings" };

    public Option<bool> Overwrite { get; } = new("--overwrite") { Description = "Begin anew where --out holds a run, which is kept as OUT.previous" };

    public Option<string?> Config { get; } = new("--config") { Description = "A run, or its run.json, to take every setting from that is not given here" };

    public void AddTo(Command command, bool resume = true)
    {
        foreach (Option option in (Option[])[Output, Batch, Seed, Device, Threads, Precision, .. resume ? [Resume, Overwrite, Config] : (Option[])[]]) command.Add(option);
    }

    public void Set(TrainingOptions options, ParseResult parsed)
    {
        options.BatchSize = parsed.GetValue(Batch);
        options.Seed = parsed.GetValue(Seed);
        options.Device = parsed.GetValue(Device);
        options.NumberOfThreads = parsed.GetValue(Threads);
        options.Precision = parsed.GetValue(Precision);
        options.CommandLine = CommandContext.CommandLine;
        options.Resume = parsed.GetValue(Resume);
        string output = parsed.GetValue(Output)!;
        options.WorkspacePath = OtherRank.IsThis ? OtherRank.FolderFor(output, options.Resume) : output;
        // A study has many runs in its folder, and knows which of them are done.
        if (!OtherRank.IsThis && parsed.CommandResult.Command.Options.Contains(Overwrite))
            RunFolder.Claim(output, options.Resume, parsed.GetValue(Overwrite));
    }
}
