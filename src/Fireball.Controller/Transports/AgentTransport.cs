using Fireball.Zmtp.NetMQ;

namespace Fireball.Controller;

/// <summary>
/// What calls to an agent travel in. The tunnel under it, the agent's services above it and all that they promise are the
/// same for each.
/// </summary>
public abstract class AgentTransport
{
    /// <summary>The name of <see cref="Zmq"/>.</summary>
    public const string ZmqName = "zmq";

    /// <summary>The name of <see cref="Grpc"/>.</summary>
    public const string GrpcName = "grpc";

    /// <summary>The name of <see cref="NetMQ"/>.</summary>
    public const string NetMQName = "netmq";

    private protected AgentTransport(string name, string executable) => (Name, Executable) = (name, executable);

    /// <summary>ZeroMQ's protocol: the fastest, with the smallest agent; the default.</summary>
    public static AgentTransport Zmq => ZmtpTransport.Instance;

    /// <summary>gRPC over HTTP/2: for comparison.</summary>
    // Not a field of this class: a program that never asks for it is linked without it.
    public static AgentTransport Grpc => GrpcTransport.Instance;

    /// <summary>ZeroMQ's protocol by NetMQ's sockets on this side: for comparison, in builds with -p:UseNetMQ=true.</summary>
    public static AgentTransport NetMQ => NetMqTransport.Instance;

    /// <summary>The names of all that this build has.</summary>
    public static IReadOnlyList<string> Names { get; } = NetMqEngine.IsBuilt ? [ZmqName, GrpcName, NetMQName] : [ZmqName, GrpcName];

    /// <summary>What it is called: "zmq", "grpc", "netmq".</summary>
    public string Name { get; }

    /// <summary>The agent that speaks it: the name of its executable.</summary>
    public string Executable { get; }

    /// <summary>The transport of this name; empty: the default.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists what there is.</exception>
    public static AgentTransport Parse(string name) => name switch
    {
        "" or ZmqName => Zmq,
        GrpcName => Grpc,
        NetMQName when NetMqEngine.IsBuilt => NetMQ,
        _ => throw new ArgumentException(Unknown(name), nameof(name)),
    };

    /// <summary>One line that says that this is none, or none of this build, and lists what there is.</summary>
    public static string Unknown(string name) => name == NetMQName
        ? $"{name}: this build is without NetMQ; build it with -p:UseNetMQ=true"
        : $"{name}: no such transport; there is {string.Join(" and ", Names)}";

    /// <summary>Begins with calls over a byte stream: shows the secret, and waits until the agent has taken it.</summary>
    /// <param name="stream">A connection to the agent, which belongs to the channel then, or is disposed in a failure.</param>
    /// <param name="secret">As <see cref="Ssh.AgentLaunch.Secret"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The connection broke, or the agent refused the secret or did not answer.</exception>
    public abstract Task<AgentChannel> OpenAsync(Stream stream, string secret, CancellationToken cancellationToken = default);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
