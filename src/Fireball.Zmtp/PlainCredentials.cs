using System.Security.Cryptography;
using System.Text;

namespace Fireball.Zmtp;

/// <summary>A user name and password of the PLAIN mechanism, RFC 24; each at most 255 bytes of UTF-8.</summary>
public sealed class PlainCredentials
{
    private readonly byte[] _username;
    private readonly byte[] _password;

    /// <summary>Creates the credentials.</summary>
    /// <exception cref="ArgumentException">One of them is longer than 255 bytes.</exception>
    public PlainCredentials(string username, string password)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentNullException.ThrowIfNull(password);
        _username = Encoding.UTF8.GetBytes(username);
        _password = Encoding.UTF8.GetBytes(password);
        if (_username.Length > byte.MaxValue || _password.Length > byte.MaxValue)
        {
            throw new ArgumentException("A PLAIN user name or password has at most 255 bytes.", nameof(password));
        }
    }

    internal ReadOnlySpan<byte> Username => _username;

    internal ReadOnlySpan<byte> Password => _password;

    /// <summary>
    /// Whether these are the given ones, in a time that tells nothing but their lengths. Fits
    /// <see cref="ZmtpOptions.PlainValidator"/>.
    /// </summary>
    public bool Matches(ReadOnlySpan<byte> username, ReadOnlySpan<byte> password) =>
        CryptographicOperations.FixedTimeEquals(_username, username)
        & CryptographicOperations.FixedTimeEquals(_password, password);
}
