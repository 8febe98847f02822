using System.Buffers.Binary;
using System.Security.Cryptography;
using Fireball.Posix;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Ssh;

/// <summary>One attempt to connect: everything it has made, until a session owns it.</summary>
internal sealed partial class ConnectAttempt(SshTarget target, SshConnectOptions options)
{
    private readonly byte[] _secret = KernelRandom.GetBytes(32);
    private readonly string _marker = "fireball-" + KernelRandom.GetHex(16);
    private readonly string _remoteDirectory = "/tmp/fireball-" + KernelRandom.GetHex(32);

    private LocalDirectory? _directory;
    private AskPassServer? _questions;
    private SshProcess? _process;

    // Why there is no forward to try.
    private string? _noForward;

    internal async Task<ISshSession> ConnectAsync(CancellationToken cancellationToken)
    {
        using var watch = new Watch(options.Patience, () => _questions?.IsAsking == true, cancellationToken);
        byte[] request = Request();
        string command = BootstrapScript.Create(_marker, options.Agent, request.Length);
        _process = await StartAsync(command, _remoteDirectory + "/a", watch).ConfigureAwait(false);
        var lines = new MarkedLineReader(_process.Channel, _marker);
        var dialogue = new BootstrapDialogue(_process.Channel, lines, options.Agent, request, options.Progress, watch.Touch);
        try
        {
            var (reply, path, uploaded) = await LaunchAsync(dialogue, watch.Token).ConfigureAwait(false);
            if (lines.Buffered != 0)
            {
                throw new SshException(SshPhase.Launch, "the agent says more than its reply");
            }

            var launch = new AgentLaunch(reply.Version, (int)reply.Pid, Convert.ToHexStringLower(_secret), uploaded, path)
            {
                SocketPath = reply.Socket.ToStringUtf8(),
            };
            var route = await RouteAsync(reply, watch.Token).ConfigureAwait(false);
            return new OpenSshSession(_process, _directory!, _questions, launch, route);
        }
        catch (OperationCanceledException e) when (watch.IsExpired && !cancellationToken.IsCancellationRequested)
        {
            throw Expired(dialogue, e);
        }
    }

    /// <summary>Takes everything back; for an attempt that failed.</summary>
    internal async Task AbandonAsync()
    {
        if (_process is not null)
        {
            _process.Terminate();
            await _process.DisposeAsync().ConfigureAwait(false);
        }

        if (_questions is not null)
        {
            await _questions.DisposeAsync().ConfigureAwait(false);
        }

        _directory?.Dispose();
        CryptographicOperations.ZeroMemory(_secret);
    }

    private static uint Milliseconds(TimeSpan time) => (uint)Math.Clamp(time.TotalMilliseconds, 1, uint.MaxValue);

    private byte[] Request()
    {
        var request = new LaunchRequest
        {
            Secret = ByteString.CopyFrom(_secret),
            Directory = ByteString.CopyFromUtf8(_remoteDirectory),
            LeaseMs = Milliseconds(options.Lease),
            IdleMs = Milliseconds(options.Idle),
        };
        byte[] bytes = new byte[4 + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        request.WriteTo(bytes.AsSpan(4));
        return bytes;
    }

    private async Task<(LaunchReply Reply, string Path, bool Uploaded)> LaunchAsync(
        BootstrapDialogue dialogue, CancellationToken cancellationToken)
    {
        (LaunchReply, string, bool)? result = null;
        try
        {
            result = await dialogue.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SshException)
        {
            throw;
        }
        catch (IOException)
        {
            // ssh went away under a write; its exit status and words tell why.
        }

        return result ?? throw await FailureAsync(dialogue).ConfigureAwait(false);
    }

    private async Task<SshException> FailureAsync(BootstrapDialogue dialogue)
    {
        int status = await _process!.ReapAsync().ConfigureAwait(false);
        if (!dialogue.Begun && _questions?.RefusedQuestion is { } question)
        {
            var phase = question.Contains("continue connecting", StringComparison.Ordinal) ? SshPhase.Connect : SshPhase.Authenticate;
            string why = _questions.Failure is { } failure ? $" ({failure})" : "";
            return new SshException(phase, $"ssh's question was not answered{why}: {question}");
        }

        return SshFailure.Create(_process.Errors.Lines, status, dialogue.Phase, dialogue.Begun, dialogue.Refusals);
    }

    /// <summary>Makes everything that is on this side and starts ssh; decides whether it forwards.</summary>
    private async Task<SshProcess> StartAsync(string command, string remoteSocket, Watch watch)
    {
        _directory = LocalDirectory.Create();
        if (options.Prompter is not null)
        {
            _questions = AskPassServer.Start(_directory.QuestionSocket, options.Prompter);
        }

        bool canAsk = _questions is not null;
        var environment = SshCommandLine.Environment(
            canAsk ? options.AskPassProgram : null, _directory.QuestionSocket, options.AuthenticationSocket);
        var (userArguments, mayForward) = SshDefaults.Write(_directory, target.Arguments);
        List<string> CommandLine(string? socket) => SshCommandLine.Arguments(
            options.SshProgram, target, userArguments, _directory, socket, canAsk, command);

        var arguments = CommandLine(remoteSocket);
        if (options.ForceBridge)
        {
            _noForward = "the bridge was asked for";
        }
        else if (mayForward && await ForwardSettings.ApplyAsync(
            arguments, _directory.ForwardSocket, environment, watch.Token).ConfigureAwait(false))
        {
            _noForward = "ssh_config has forwards of its own for this host, which are left to your own sessions";
        }

        options.Progress?.Report("connecting");
        return SshProcess.Start(_noForward is null ? arguments : CommandLine(null), environment, watch.Touch);
    }

    private async Task<ForwardProbe> RouteAsync(LaunchReply reply, CancellationToken cancellationToken)
    {
        if (_noForward is not null)
        {
            return new ForwardProbe(null, null, _noForward);
        }

        return reply.Socket.IsEmpty
            ? new ForwardProbe(null, null, "the agent has no socket: " + Printable.Line(reply.Problem))
            : await Forward.ProbeAsync(_directory!.ForwardSocket, _process!.Pid, _process.Errors, cancellationToken).ConfigureAwait(false);
    }

    private SshException Expired(BootstrapDialogue dialogue, Exception inner)
    {
        string last = _process?.Errors.Lines is { Count: > 0 } lines ? "; the last words were: " + lines[^1] : "";
        string what = dialogue.Begun ? "the bootstrap" : "ssh or the login shell";
        return new SshException(dialogue.Phase, $"{what} has been silent for {options.Patience.TotalSeconds:0} s{last}{dialogue.Refusals}", inner);
    }
}
