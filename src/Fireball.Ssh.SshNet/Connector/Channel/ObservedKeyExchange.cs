using System.Security.Cryptography;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Compression;
using Renci.SshNet.Messages.Transport;
using Renci.SshNet.Security;
using Renci.SshNet.Security.Cryptography;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// A key exchange that tells which session it is for. It is the one place where SSH.NET's public interface hands out the
/// session of each connection, whose events carry what the channel receives.
/// </summary>
internal sealed class ObservedKeyExchange(IKeyExchange inner, Action<Session> onStart) : IKeyExchange
{
    /// <inheritdoc/>
    public event EventHandler<HostKeyEventArgs>? HostKeyReceived
    {
        add => inner.HostKeyReceived += value;
        remove => inner.HostKeyReceived -= value;
    }

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public byte[] ExchangeHash => inner.ExchangeHash;

    /// <inheritdoc/>
    public void Start(Session session, KeyExchangeInitMessage message, bool sendClientInitMessage)
    {
        onStart(session);
        inner.Start(session, message, sendClientInitMessage);
    }

    /// <inheritdoc/>
    public void Finish() => inner.Finish();

    /// <inheritdoc/>
    public Cipher CreateClientCipher(out bool isAead) => inner.CreateClientCipher(out isAead);

    /// <inheritdoc/>
    public Cipher CreateServerCipher(out bool isAead) => inner.CreateServerCipher(out isAead);

    /// <inheritdoc/>
    public HashAlgorithm CreateServerHash(out bool isEncryptThenMAC) => inner.CreateServerHash(out isEncryptThenMAC);

    /// <inheritdoc/>
    public HashAlgorithm CreateClientHash(out bool isEncryptThenMAC) => inner.CreateClientHash(out isEncryptThenMAC);

    /// <inheritdoc/>
    public Compressor CreateCompressor() => inner.CreateCompressor();

    /// <inheritdoc/>
    public Compressor CreateDecompressor() => inner.CreateDecompressor();

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
