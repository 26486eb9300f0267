namespace Compat.TorchSharpTests;

/// <summary>Tests that share what a process has once: they run beside nothing else.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
