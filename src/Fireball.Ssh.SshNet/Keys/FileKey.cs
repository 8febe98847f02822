using Fireball.Deploy;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Security;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// A private key in a file that is locked by a passphrase: it is offered by its public part, and unlocked only when the
/// host wants it.
/// </summary>
internal sealed class FileKey : HostAlgorithm, IPrivateKeySource, IDisposable
{
    // As ssh (NumberOfPasswordPrompts' default).
    private const int Attempts = 3;

    private readonly string _path;
    private readonly byte[] _public;
    private readonly Questions _questions;
    private PrivateKeyFile? _key;

    private FileKey(string path, byte[] publicKey, string algorithm, Questions questions)
        : base(algorithm)
    {
        _path = path;
        _public = publicKey;
        _questions = questions;
        HostKeyAlgorithms = [this];
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; }

    /// <inheritdoc/>
    public override byte[] Data => _public;

    /// <summary>Reads a key's file, or as much of it as can be read without its passphrase.</summary>
    /// <param name="path">The file.</param>
    /// <param name="questions">Who knows the passphrase; null: it cannot be asked for.</param>
    /// <param name="why">Why not, one line.</param>
    /// <returns>Null: it cannot be used.</returns>
    internal static IPrivateKeySource? Load(string path, Questions? questions, out string? why)
    {
        why = null;
        try
        {
            const UnixFileMode Others = (UnixFileMode)0b000_111_111;
            if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            {
                why = $"{path} can be read by others and is not used; chmod go= it";
                return null;
            }

            return new PlainKey(new PrivateKeyFile(path));
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            byte[]? publicKey = PublicKeyFile.Find(path);
            string? type = publicKey is null ? null : KeyBlob.Type(publicKey);
            if (questions is null || type is null || KeyBlob.Algorithms(type) is not [.., var algorithm])
            {
                why = questions is null ? $"{path} is locked, and there is no one to ask" : $"{path} has no public part that can be read";
                return null;
            }

            return new FileKey(path, publicKey!, algorithm, questions);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            why = $"{path}: {Printable.Line(e.Message)}";
            return null;
        }
    }

    /// <inheritdoc/>
    public override byte[] Sign(byte[] data)
    {
        _key ??= Unlock();
        return _key.HostKeyAlgorithms.First(a => a.Name == Name).Sign(data);
    }

    /// <summary>Never asked of one's own key.</summary>
    public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => _key?.Dispose();

    // What SSH.NET's parsers throw at what is no key.
    private static bool IsUnreadable(Exception e) =>
        e is Renci.SshNet.Common.SshException or IOException or UnauthorizedAccessException or FormatException or ArgumentException
            or InvalidOperationException or NotSupportedException or System.Security.Cryptography.CryptographicException or OverflowException;

    private PrivateKeyFile Unlock()
    {
        for (int attempt = 1; ; attempt++)
        {
            string passphrase = _questions.AskSecret($"Enter passphrase for key '{_path}': ");
            try
            {
                return new PrivateKeyFile(_path, passphrase);
            }
            catch (Exception e) when (IsUnreadable(e))
            {
                if (attempt == Attempts)
                {
                    throw new TunnelException(ConnectPhase.Authenticate, $"the passphrase does not open {Printable.Line(_path)}", e);
                }
            }
        }
    }

    /// <summary>A key without a passphrase, with one algorithm; see <see cref="AgentKey"/> for RSA's.</summary>
    private sealed class PlainKey(PrivateKeyFile file) : IPrivateKeySource, IDisposable
    {
        public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; } =
            [.. file.HostKeyAlgorithms.Where(a => a.Name is not ("ssh-rsa" or "rsa-sha2-512" or "ssh-dss") && !a.Name.Contains("-cert-", StringComparison.Ordinal))];

        public void Dispose() => file.Dispose();
    }
}
