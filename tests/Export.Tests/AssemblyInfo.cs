// torch's random state belongs to the process, and tests here ask that it is left alone.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
