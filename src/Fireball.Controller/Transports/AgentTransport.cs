using Fireball.Proof;
using Fireball.Zmtp;

namespace Fireball.Controller;

/// <summary>
/// A kind of channel: what calls to an agent travel in. The tunnel under it, the agent's services above it and all that they promise are the
/// same for each.
/// </summary>
public abstract class AgentTransport
{
    /// <summary>Begins an implementation.</summary>
    /// <param name="name">As <see cref="Name"/>.</param>
    /// <param name="executable">As <see cref="Executable"/>.</param>
    protected AgentTransport(string name, string executable) => (Name, Executable) = (name, executable);

    /// <summary>ZeroMQ's protocol: the fastest, with the smallest agent; the default.</summary>
    public static AgentTransport Zmq => ZmtpTransport.Instance;

    /// <summary>gRPC over HTTP/2: for comparison.</summary>
    // Not a field of this class: a program that never asks for it is linked without it.
    public static AgentTransport Grpc => GrpcTransport.Instance;

    /// <summary>What it is called: "zmq", "grpc".</summary>
    public string Name { get; }

    /// <summary>The agent that speaks it: the name of its executable.</summary>
    public string Executable { get; }

    /// <summary>
    /// As <see cref="Zmq"/>, to the same agent with the same handshake; then messages go by another implementation of ZMTP.
    /// </summary>
    /// <param name="name">What it is called.</param>
    /// <param name="engine">
    /// Takes the handshaken connection over, and disposes it in a failure. Is given the connection's options too.
    /// </param>
    public static AgentTransport OverZmtp(
        string name, Func<ZmtpConnection, ZmtpOptions, CancellationToken, Task<IMessageConnection>> engine)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(engine);
        return new ZmtpTransport(name, engine);
    }

    /// <summary>
    /// Begins with calls over a byte stream, when both ends have proved that they hold the launch's secret: nothing of a call is
    /// sent to another peer.
    /// </summary>
    /// <param name="stream">A connection to the agent, which belongs to the channel then, or is disposed in a failure.</param>
    /// <param name="secret">As <see cref="Deploy.AgentLaunch.Secret"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProofException">What answers has not proved to be that agent.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<AgentChannel> OpenAsync(Stream stream, string secret, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            await ProofExchange.RunAsync(
                stream, ProofRole.Controller, Convert.FromHexString(secret), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return await StartAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Begins with calls over a stream to an agent that has proved itself; owns the stream, and disposes it in a failure.</summary>
    internal abstract Task<AgentChannel> StartAsync(Stream stream, CancellationToken cancellationToken);
}
