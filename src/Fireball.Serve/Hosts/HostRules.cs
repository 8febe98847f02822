using System.Diagnostics.CodeAnalysis;
using Fireball.Controller;
using Fireball.Ssh;
using Fireball.V1;

namespace Fireball.Serve;

/// <summary>What a caller may say of a host.</summary>
internal static class HostRules
{
    /// <summary>What is meant where persist is absent (controller.proto).</summary>
    public static readonly TimeSpan DefaultPersist = TimeSpan.FromMilliseconds(600_000);

    /// <summary>The longest that a timer can be set to: some 49 days.</summary>
    private static readonly TimeSpan MaxPersist = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>Refuses what can be no host.</summary>
    /// <exception cref="BadRequestException">Naming the field.</exception>
    public static void Check([NotNull] HostSpec? spec, string field)
    {
        BadRequestException.Unless(spec is not null, field, "missing");
        Try(() => SshTarget.Parse(spec.Destination), $"{field}.destination");
        Try(() => SshTarget.Parse(spec.Destination, spec.SshArguments), $"{field}.ssh_arguments");
        BadRequestException.Unless(
            spec.Persist is null || Durations.Read(spec.Persist) is { } persist && persist >= TimeSpan.Zero && persist <= MaxPersist,
            $"{field}.persist",
            $"not within 0 to {MaxPersist.TotalSeconds:0} s");
        CheckName(spec.Transport, AgentTransports.All.Names, $"{field}.transport");
        CheckName(spec.Ssh, SshConnectors.All.Names, $"{field}.ssh");
    }

    /// <summary>How long the connection is kept without a call.</summary>
    public static TimeSpan Persist(HostSpec spec) =>
        Durations.Read(spec.Persist) ?? DefaultPersist;

    private static void CheckName(string name, IReadOnlyList<string> names, string field) => BadRequestException.Unless(
        name.Length == 0 || names.Contains(name, StringComparer.Ordinal), field, $"none of {string.Join(", ", names)}");

    private static void Try(Func<SshTarget> parse, string field)
    {
        try
        {
            _ = parse();
        }
        catch (FormatException wrong)
        {
            throw new BadRequestException(field, wrong.Message);
        }
    }
}
