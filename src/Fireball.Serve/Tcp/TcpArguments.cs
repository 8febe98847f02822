using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Fireball.Serve;

/// <summary>The options of "fireball serve" that concern TCP, and which of them go together.</summary>
internal sealed class TcpArguments
{
    private readonly Option<string?> _listen = Text("--listen", "ADDR:PORT", "Serve by TCP besides, with --cert, --key and --client-ca (or see --insecure-loopback); [::1]:7070, 0.0.0.0:7070");
    private readonly Option<string?> _certificate = Text("--cert", "FILE", "The server's certificate, in PEM, with its intermediate ones");
    private readonly Option<string?> _key = Text("--key", "FILE", "Its private key, in PEM; the file has to be yours alone (mode 0600)");
    private readonly Option<string?> _clientAuthority = Text("--client-ca", "FILE", "Who signs clients' certificates; no other client is served");
    private readonly Option<string?> _token = Text("--token-file", "FILE", "The token, at least 16 bytes; the file has to be yours alone (mode 0600)");
    private readonly Option<bool> _insecure = new("--insecure-loopback")
    {
        Description = "Serve in clear on a loopback address, to clients that send 'authorization: Bearer TOKEN' (--token-file)",
    };

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> Options => [_listen, _certificate, _key, _clientAuthority, _insecure, _token];

    /// <summary>What was asked for; null: no TCP.</summary>
    public TcpOptions? Read(ParseResult result) => result.GetValue(_listen) is { } listen
        ? new TcpOptions(
            ParseEndPoint(listen)!,
            result.GetValue(_insecure) ? null : new TlsFiles(result.GetValue(_certificate)!, result.GetValue(_key)!, result.GetValue(_clientAuthority)!),
            result.GetValue(_token))
        : null;

    /// <summary>Refuses what does not go together.</summary>
    public void Validate(CommandResult result)
    {
        if (WhyNot(result) is { } reason)
        {
            result.AddError(reason);
        }
    }

    private string? WhyNot(CommandResult result)
    {
        Option<string?>[] files = [_certificate, _key, _clientAuthority];
        Option<string?>? tls = Array.Find(files, file => result.GetValue(file) is not null);
        Option<string?>? missing = Array.Find(files, file => result.GetValue(file) is null);
        bool insecure = result.GetValue(_insecure);
        bool token = result.GetValue(_token) is not null;
        if (result.GetValue(_listen) is not { } listen)
        {
            Option? alone = tls is not null ? tls : insecure ? _insecure : token ? _token : null;
            return alone is null ? null : $"{alone.Name} goes with --listen";
        }

        if (ParseEndPoint(listen) is not { } endPoint)
        {
            return $"--listen {listen}: not an address and a port, such as 127.0.0.1:7070 or [::]:7070";
        }

        if (!insecure)
        {
            return token ? "--token-file goes with --insecure-loopback; with TLS, clients show certificates"
                : missing is not null
                    ? $"--listen needs {missing.Name}: by TCP only TLS with client certificates is served (--cert, --key, --client-ca)"
                    : null;
        }

        return tls is not null ? $"--insecure-loopback and {tls.Name} do not go together"
            : !IPAddress.IsLoopback(endPoint.Address) ? $"--insecure-loopback: {endPoint.Address} is not a loopback address; others are served by TLS only"
            : !token ? "--insecure-loopback needs --token-file"
            : null;
    }

    /// <summary>The port has to be there: an address alone, and an IPv6 address without brackets, would pass for port 0.</summary>
    private static IPEndPoint? ParseEndPoint(string text)
    {
        int end = text.LastIndexOf(':');
        bool whole = end > 0 && (text[0] == '[' ? text[end - 1] == ']' : text.IndexOf(':') == end);
        return whole && IPEndPoint.TryParse(text, out IPEndPoint? endPoint) ? endPoint : null;
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}
