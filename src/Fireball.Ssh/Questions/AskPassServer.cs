using System.Net.Sockets;
using Fireball.Deploy;
using Fireball.Linux;

namespace Fireball.Ssh;

/// <summary>
/// In the process that runs ssh: takes the questions of <see cref="AskPassClient"/> to the prompter. A refused
/// question is final: the ones after it are refused without asking, since ssh would go on with an empty answer.
/// </summary>
internal sealed class AskPassServer : IAsyncDisposable
{
    private readonly IPrompter _prompter;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private AskPassServer(IPrompter prompter, Socket listener)
    {
        _prompter = prompter;
        _listener = listener;
        _accepting = AcceptAsync();
    }

    /// <summary>The question that was not answered, its first line; null: none.</summary>
    internal string? RefusedQuestion { get; private set; }

    /// <summary>Why a question could not be put to a person; null: each could.</summary>
    internal string? Failure { get; private set; }

    /// <summary>A question is before the person now.</summary>
    internal bool IsAsking { get; private set; }

    /// <summary>Listens at a path in a directory that only this user may enter.</summary>
    internal static AskPassServer Start(string path, IPrompter prompter)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));

        // ssh asks one question after the other.
        listener.Listen(backlog: 4);
        return new AskPassServer(prompter, listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                using var socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                if (PeerIdentity.Of(socket).UserId == PeerIdentity.OwnUserId)
                {
                    await AnswerAsync(socket).ConfigureAwait(false);
                }
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // This helper went away before its answer; ssh knows, and others may come.
            }
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        var stream = new NetworkStream(socket);
        await using (stream.ConfigureAwait(false))
        {
            string? line = await AskPassProtocol.ReadLineAsync(stream, _stop.Token).ConfigureAwait(false);
            if (line is null || AskPassProtocol.TryParseAsk(line) is not { } prompt)
            {
                return;
            }

            string? answer = await AskAsync(prompt).ConfigureAwait(false);
            await AskPassProtocol.WriteLineAsync(
                stream, answer is null ? AskPassProtocol.Refused : AskPassProtocol.Answer(answer), _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task<string?> AskAsync(Question prompt)
    {
        if (RefusedQuestion is not null)
        {
            return null;
        }

        IsAsking = true;
        try
        {
            string? answer = await _prompter.AskAsync(prompt, _stop.Token).ConfigureAwait(false);
            if (answer is null && prompt.Kind != PromptKind.Notice)
            {
                RefusedQuestion = Printable.Line(prompt.Text.AsSpan().Trim().Trim("?:").TrimEnd());
            }

            return answer;
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            Failure ??= Printable.Line(e.Message);
            RefusedQuestion = Printable.Line(prompt.Text.AsSpan().Trim());
            return null;
        }
        finally
        {
            IsAsking = false;
        }
    }
}
