using System.CommandLine;

namespace Fireball.Cli;

/// <summary>bench: in the list of verbs; it is another program, which this one has become before it gets here.</summary>
internal sealed class BenchVerb() : Verb("bench", "Compare transports on a host: latency, throughput, cost")
{
    public override Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"{nameof(OtherProgram)}.{nameof(OtherProgram.Become)} comes first");
}
