using BenchmarkDotNet.Running;
using Fireball.Microbenchmarks;

// BenchmarkDotNet's own command line: --filter '*Frame*', --list flat, --help.
var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicrobenchmarkConfig).Assembly).Run(args, new MicrobenchmarkConfig());
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
