using System.Diagnostics.CodeAnalysis;
using Fireball.Controller;
using Fireball.Ssh;
using Fireball.V1;

namespace Fireball.Serve;

/// <summary>What a caller may say of a host.</summary>
internal static class HostRules
{
    /// <summary>What persist_ms 0 stands for (controller.proto).</summary>
    public static readonly TimeSpan DefaultPersist = TimeSpan.FromMilliseconds(600_000);

    /// <summary>The longest that a timer can be set to, milliseconds: some 49 days.</summary>
    private const ulong MaxPersistMs = uint.MaxValue - 1;

    /// <summary>Refuses what can be no host.</summary>
    /// <exception cref="BadRequestException">Naming the field.</exception>
    public static void Check([NotNull] HostSpec? spec, string field)
    {
        BadRequestException.Unless(spec is not null, field, "missing");
        Try(() => SshTarget.Parse(spec.Destination), $"{field}.destination");
        Try(() => SshTarget.Parse(spec.Destination, spec.SshArguments), $"{field}.ssh_arguments");
        BadRequestException.Unless(
            spec.PersistMs <= MaxPersistMs, $"{field}.persist_ms", $"more than {MaxPersistMs}");
        BadRequestException.Unless(
            spec.Transport.Length == 0 || AgentTransport.Names.Contains(spec.Transport, StringComparer.Ordinal),
            $"{field}.transport",
            $"none of {string.Join(", ", AgentTransport.Names)}");
        BadRequestException.Unless(
            spec.Ssh.Length == 0 || SshConnectors.Names.Contains(spec.Ssh, StringComparer.Ordinal),
            $"{field}.ssh",
            $"none of {string.Join(", ", SshConnectors.Names)}");
    }

    /// <summary>How long the connection is kept without a call.</summary>
    public static TimeSpan Persist(HostSpec spec) =>
        spec.PersistMs == 0 ? DefaultPersist : TimeSpan.FromMilliseconds(spec.PersistMs);

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
