using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Fireball.Serve;

/// <summary>Who this server is, and whose clients it serves.</summary>
internal sealed class TlsIdentity : IDisposable
{
    /// <summary>Extended key usage "TLS client" (RFC 5280, 4.2.1.12).</summary>
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _chain;
    private readonly X509Certificate2Collection _clientAuthorities;

    private TlsIdentity(X509Certificate2 certificate, X509Certificate2Collection chain, X509Certificate2Collection clientAuthorities) =>
        (_certificate, _chain, _clientAuthorities) = (certificate, chain, clientAuthorities);

    /// <summary>Reads the three files.</summary>
    /// <exception cref="IOException">One is missing, is not what it should be, or is open to others; OpenSSL is missing.</exception>
    public static TlsIdentity Load(TlsFiles files)
    {
        OpenSsl.EnsurePresent();
        string key = Encoding.UTF8.GetString(SecretFile.Read(files.Key));
        var chain = ReadCertificates(files.Certificate);
        var clientAuthorities = ReadCertificates(files.ClientAuthority);
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(File.ReadAllText(files.Certificate), key);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new IOException($"{files.Key} is not the private key, in PEM and without a passphrase, of {files.Certificate}", failure);
        }

        if (DateTime.UtcNow > certificate.NotAfter.ToUniversalTime())
        {
            throw new IOException($"{files.Certificate} expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC");
        }

        return new TlsIdentity(certificate, chain, clientAuthorities);
    }

    /// <summary>How Kestrel is to speak TLS: a client has to have a certificate, made for clients, of the authority given.</summary>
    public HttpsConnectionAdapterOptions CreateOptions(TimeSpan handshakeTimeout) => new()
    {
        ServerCertificate = _certificate,
        ServerCertificateChain = _chain,
        SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        HandshakeTimeout = handshakeTimeout,
        ClientCertificateMode = ClientCertificateMode.RequireCertificate,
        OnAuthenticate = (_, tls) => tls.CertificateChainPolicy = CreatePolicy(),
        ClientCertificateValidation = static (certificate, _, errors) => errors == SslPolicyErrors.None && IsForClients(certificate),
    };

    public void Dispose()
    {
        foreach (X509Certificate2 certificate in _chain.Concat(_clientAuthorities))
        {
            certificate.Dispose();
        }

        _certificate.Dispose();
    }

    /// <summary>Only the authority given; what the system trusts is for servers of the world, and nothing is fetched.</summary>
    private X509ChainPolicy CreatePolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_clientAuthorities);
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return policy;
    }

    /// <summary>A certificate that says nothing of its usage may be used for anything; here it has to say it.</summary>
    private static bool IsForClients(X509Certificate2 certificate) => certificate.Extensions
        .OfType<X509EnhancedKeyUsageExtension>()
        .Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ClientAuthentication));

    private static X509Certificate2Collection ReadCertificates(string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: {failure.Message}", failure);
        }

        return certificates.Count > 0 ? certificates : throw new IOException($"{path} holds no certificate in PEM");
    }
}
