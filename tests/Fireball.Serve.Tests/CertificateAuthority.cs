using System.Globalization;
using Fireball.TestSupport;

namespace Fireball.Serve.Tests;

/// <summary>A certificate authority in a directory, by the openssl program.</summary>
internal sealed class CertificateAuthority
{
    private readonly TemporaryDirectory _directory;
    private readonly string _name;

    private CertificateAuthority(TemporaryDirectory directory, string name) => (_directory, _name) = (directory, name);

    public string Certificate => _directory[$"{_name}.pem"];

    public static async Task<CertificateAuthority> CreateAsync(TemporaryDirectory directory, string name)
    {
        var authority = new CertificateAuthority(directory, name);
        await Command.CheckAsync(
            "openssl",
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", authority.Key,
            "-out", authority.Certificate, "-subj", $"/CN={name}", "-days", "2");
        return authority;
    }

    private string Key => _directory[$"{_name}.key"];

    /// <summary>Signs a certificate.</summary>
    /// <param name="name">Of the files and in the certificate.</param>
    /// <param name="usage">"serverAuth", "clientAuth"; null: it says nothing.</param>
    /// <param name="days">How long it is valid; below 0: it has expired.</param>
    public async Task<(string Certificate, string Key)> IssueAsync(string name, string? usage, int days = 1)
    {
        (string certificate, string key) = (_directory[$"{name}.pem"], _directory[$"{name}.key"]);
        string extensions = _directory.Write(
            $"{name}.ext", $"basicConstraints=CA:FALSE\nsubjectAltName=IP:127.0.0.1,DNS:localhost\n{(usage is null ? "" : $"extendedKeyUsage={usage}\n")}");
        await Command.CheckAsync(
            "openssl",
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-subj", $"/CN={name}",
            "-out", _directory[$"{name}.csr"]);
        await Command.CheckAsync(
            "openssl",
            "x509", "-req", "-in", _directory[$"{name}.csr"], "-CA", Certificate, "-CAkey", Key, "-extfile", extensions,
            "-days", days.ToString(CultureInfo.InvariantCulture), "-out", certificate);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return (certificate, key);
    }
}
