// A process that another class forks has every pipe of this process until it executes: a command would seem to have left its
// output open.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
