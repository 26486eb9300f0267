// torch's random state and tensor counts are the process's own.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
