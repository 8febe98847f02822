using System.CommandLine;

namespace Fireball.Cli;

/// <summary>serve: in the list of verbs; it is another program, which this one has become before it gets here.</summary>
internal sealed class ServeVerb() : Verb("serve", "Offer the gRPC API to programs; hold connections for this user's commands")
{
    public override Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"{nameof(OtherProgram)}.{nameof(OtherProgram.Become)} comes first");
}
