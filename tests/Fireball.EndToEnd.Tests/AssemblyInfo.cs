// Whole programs on two cores: one class at a time is fast enough and tells the truth about hangs.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
