using Fireball.Deploy;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// A key whose private part stays in an agent. Certificates and hardware tokens too: what the agent signs with is its
/// business, the algorithm's name is the key's type.
/// </summary>
internal sealed class AgentKey : HostAlgorithm, IPrivateKeySource
{
    private readonly AgentClient _agent;
    private readonly AgentIdentity _identity;
    private readonly uint _flags;

    private AgentKey(AgentClient agent, AgentIdentity identity, string algorithm, uint flags)
        : base(algorithm)
    {
        _agent = agent;
        _identity = identity;
        _flags = flags;
        HostKeyAlgorithms = [this];
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; }

    /// <inheritdoc/>
    public override byte[] Data => _identity.Key;

    /// <summary>Null: a key of this type cannot be used.</summary>
    internal static AgentKey? Create(AgentClient agent, AgentIdentity identity) => KeyBlob.Type(identity.Key) switch
    {
        null or "ssh-dss" => null,

        // Of RSA's two the one that each server with RFC 8332 must have; each offer counts against its MaxAuthTries.
        "ssh-rsa" => new AgentKey(agent, identity, "rsa-sha2-256", AgentProtocol.RsaSha256),
        "ssh-rsa-cert-v01@openssh.com" => new AgentKey(agent, identity, "rsa-sha2-256-cert-v01@openssh.com", AgentProtocol.RsaSha256),
        var type => new AgentKey(agent, identity, type, 0),
    };

    /// <inheritdoc/>
    public override byte[] Sign(byte[] data)
    {
        try
        {
            return _agent.Sign(_identity.Key, data, _flags)
                ?? throw new TunnelException(ConnectPhase.Authenticate, $"the ssh agent refuses to sign with {Printable.Quote(_identity.Comment)}");
        }
        catch (IOException e) when (e is not TunnelException)
        {
            throw new TunnelException(ConnectPhase.Authenticate, Printable.Line(e.Message), e);
        }
    }

    /// <summary>Never asked of one's own key.</summary>
    public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException();
}
