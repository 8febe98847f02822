namespace Fireball.PeerBenchmark;

/// <summary>NetMQ's two processes; not in this build, which was made without -p:UseNetMQ=true.</summary>
internal static class NetMqProcess
{
    /// <summary>The first argument that asks for it.</summary>
    public const string Verb = "zmtp-netmq";

    public static int Run(string? port) => throw new NotSupportedException($"this build is without NetMQ; {port}");
}
