using System.Net.Sockets;
using Fireball.Deploy;
using Fireball.Linux;

namespace Fireball.Ssh;

/// <summary>
/// What the program does that ssh starts to ask (SSH_ASKPASS): passes the question to the process that runs ssh, and
/// its answer to ssh on standard output. Secrets go through the Unix-domain socket and that pipe only.
/// </summary>
public static class AskPassClient
{
    /// <summary>Names the socket of the process that runs ssh, in that helper's environment.</summary>
    public const string EnvironmentVariable = "FIREBALL_ASKPASS";

    // ssh's own variable that says what kind of answer it wants (ssh(1)); unset for secrets and for the host key.
    private const string HintVariable = "SSH_ASKPASS_PROMPT";

    /// <summary>This process was started by ssh to ask; its first argument is the question.</summary>
    public static bool IsRequested => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EnvironmentVariable));

    /// <summary>Asks, and writes the answer to <paramref name="output"/> (standard output).</summary>
    /// <returns>The exit status for ssh: 0 answered, 1 refused.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(output);
        string text = arguments.Count > 0 ? arguments[0] : "";
        var prompt = new Question(KindOf(Environment.GetEnvironmentVariable(HintVariable), text), text);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            var endpoint = new UnixDomainSocketEndPoint(Environment.GetEnvironmentVariable(EnvironmentVariable) ?? "");
            await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
            if (PeerIdentity.Of(socket).UserId != PeerIdentity.OwnUserId)
            {
                return 1;
            }

            var stream = new NetworkStream(socket);
            await using (stream.ConfigureAwait(false))
            {
                await AskPassProtocol.WriteLineAsync(stream, AskPassProtocol.Ask(prompt), cancellationToken).ConfigureAwait(false);
                string? line = await AskPassProtocol.ReadLineAsync(stream, cancellationToken).ConfigureAwait(false);
                if (line is null || AskPassProtocol.TryParseAnswer(line) is not { } answer)
                {
                    return 1;
                }

                await output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer + "\n"), cancellationToken).ConfigureAwait(false);
                return 0;
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ArgumentException)
        {
            return 1;
        }
    }

    /// <summary>
    /// ssh gives no hint with the question about an unknown host key, which wants "yes" or "no" (or the fingerprint)
    /// and may be shown while typed; its text ends so in every release.
    /// </summary>
    internal static PromptKind KindOf(string? hint, string text) => hint switch
    {
        "confirm" => PromptKind.Confirm,
        "none" => PromptKind.Notice,
        _ => text.Contains("(yes/no", StringComparison.Ordinal) || text.Contains("Please type 'yes'", StringComparison.Ordinal)
            ? PromptKind.Confirm
            : PromptKind.Secret,
    };
}
