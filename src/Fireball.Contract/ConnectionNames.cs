namespace Fireball.V1;

/// <summary>The names that <see cref="HostSpec.Transport"/> and <see cref="HostSpec.Ssh"/> have in `fireball serve`.</summary>
public static class ConnectionNames
{
    /// <summary>Calls in ZMTP messages; the default.</summary>
    public const string Zmq = "zmq";

    /// <summary>Calls as gRPC over HTTP/2.</summary>
    public const string Grpc = "grpc";

    /// <summary>As <see cref="Zmq"/>, by NetMQ's sockets on the controller's side.</summary>
    public const string NetMq = "netmq";

    /// <summary>The system's OpenSSH; the default.</summary>
    public const string OpenSsh = "openssh";

    /// <summary>SSH.NET, in the serving process.</summary>
    public const string SshNet = "sshnet";

    /// <summary>All transports, the default first.</summary>
    public static IReadOnlyList<string> Transports { get; } = [Zmq, Grpc, NetMq];

    /// <summary>All that make the SSH connection, the default first.</summary>
    public static IReadOnlyList<string> SshImplementations { get; } = [OpenSsh, SshNet];
}
