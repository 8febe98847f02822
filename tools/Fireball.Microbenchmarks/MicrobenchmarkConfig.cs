using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Fireball.Microbenchmarks;

/// <summary>Short, in this process, with allocations counted.</summary>
internal sealed class MicrobenchmarkConfig : ManualConfig
{
    public MicrobenchmarkConfig()
    {
        // In this process: the project that BenchmarkDotNet would generate and build for each run inherits this
        // repository's build properties (central versions, lock files, warnings as errors), which it does not know.
        // 100 ms an iteration holds thousands of operations; six to warm up are past the just-in-time compiler's last tier.
        AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithIterationTime(TimeInterval.FromMilliseconds(100))
            .WithWarmupCount(6)
            .WithIterationCount(10));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        HideColumns(
            Column.Job, Column.Toolchain, Column.IterationTime, Column.WarmupCount, Column.IterationCount,
            Column.StdDev, Column.Median, Column.Gen0, Column.Gen1, Column.Gen2);
        AddLogger(ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub);
    }
}
