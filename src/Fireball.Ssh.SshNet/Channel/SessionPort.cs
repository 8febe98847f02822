using System.Security.Cryptography;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Compression;
using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Transport;
using Renci.SshNet.Security;
using Renci.SshNet.Security.Cryptography;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// The way into a connection's messages: a key exchange around another that does the work. It is the one place where
/// SSH.NET's public interface hands out the session of a connection, whose events carry what channels receive, and where
/// a class of ours may send on it.
/// </summary>
/// <param name="inner">The key exchange.</param>
/// <param name="onStart">Told this, at the beginning of each key exchange.</param>
internal sealed class SessionPort(IKeyExchange inner, Action<SessionPort> onStart) : KeyExchange, IKeyExchange
{
    /// <inheritdoc/>
    event EventHandler<HostKeyEventArgs>? IKeyExchange.HostKeyReceived
    {
        add => inner.HostKeyReceived += value;
        remove => inner.HostKeyReceived -= value;
    }

    /// <inheritdoc/>
    public override string Name => inner.Name;

    /// <inheritdoc/>
    byte[] IKeyExchange.ExchangeHash => inner.ExchangeHash;

    /// <summary>The connection's session, from the beginning of its first key exchange on.</summary>
    internal new Session Session => base.Session;

    /// <summary>
    /// Sends a message, also after the key exchange. Waits for the socket, and while keys are exchanged anew. Thread-safe.
    /// </summary>
    /// <exception cref="Exception">One of SSH.NET's or of the socket's: the connection is gone.</exception>
    internal void Send(Message message) => SendMessage(message);

    /// <inheritdoc/>
    public override void Start(Session session, KeyExchangeInitMessage message, bool sendClientInitMessage)
    {
        // It takes the session, and chooses algorithms that nothing asks it for: the inner one chooses the same again.
        base.Start(session, message, sendClientInitMessage: false);
        onStart(this);
        inner.Start(session, message, sendClientInitMessage);
    }

    /// <inheritdoc/>
    void IKeyExchange.Finish() => inner.Finish();

    /// <inheritdoc/>
    Cipher IKeyExchange.CreateClientCipher(out bool isAead) => inner.CreateClientCipher(out isAead);

    /// <inheritdoc/>
    Cipher IKeyExchange.CreateServerCipher(out bool isAead) => inner.CreateServerCipher(out isAead);

    /// <inheritdoc/>
    HashAlgorithm IKeyExchange.CreateServerHash(out bool isEncryptThenMAC) => inner.CreateServerHash(out isEncryptThenMAC);

    /// <inheritdoc/>
    HashAlgorithm IKeyExchange.CreateClientHash(out bool isEncryptThenMAC) => inner.CreateClientHash(out isEncryptThenMAC);

    /// <inheritdoc/>
    Compressor IKeyExchange.CreateCompressor() => inner.CreateCompressor();

    /// <inheritdoc/>
    Compressor IKeyExchange.CreateDecompressor() => inner.CreateDecompressor();

    // The inner key exchange computes and checks the hash; nothing calls these.
    protected override bool ValidateExchangeHash() => throw new NotSupportedException();

    protected override byte[] CalculateHash() => throw new NotSupportedException();

    protected override byte[] Hash(byte[] hashData) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
