namespace MLNetGen.Export;

/// <summary>What happened while a module ran on the example input.</summary>
internal sealed record ModuleTrace(
    IReadOnlyList<TracedTensor> Inputs, IReadOnlyList<TracedCall> Calls, IReadOnlyList<TracedTensor> Outputs);
