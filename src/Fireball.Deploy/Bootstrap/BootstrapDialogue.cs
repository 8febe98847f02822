using System.Globalization;
using System.IO.Compression;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Deploy;

/// <summary>Our side of <see cref="BootstrapScript"/> and of launch.proto, over the session channel.</summary>
internal sealed class BootstrapDialogue(
    Stream channel, MarkedLineReader lines, AgentImages agents, ReadOnlyMemory<byte> request, IProgress<string>? progress, Watch watch)
{
    // What is written between two signs of life, bytes; arbitrary.
    private const int Chunk = 64 << 10;

    // PID_MAX_LIMIT of Linux (proc(5), pid_max).
    private const uint MaxPid = 1 << 22;

    // The longest version that an agent says, characters: three numbers and a suffix; arbitrary.
    private const int MaxVersion = 64;

    private readonly BootstrapOrder _order = new();
    private readonly List<string> _refusals = [];
    private bool _uploaded;
    private string? _path;

    /// <summary>The step it is at.</summary>
    internal ConnectPhase Phase { get; private set; } = ConnectPhase.Probe;

    /// <summary>The script has begun: the login worked and there is a shell.</summary>
    internal bool Begun { get; private set; }

    /// <summary>Runs it. Null: the channel ended; the phase says where.</summary>
    /// <exception cref="TunnelException">The other side said why it cannot.</exception>
    internal async Task<(LaunchReply Reply, string Path, bool Uploaded)?> RunAsync(CancellationToken cancellationToken)
    {
        await channel.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            Begun = true;
            watch.Touch();
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            string word = space < 0 ? line : line[..space];
            string rest = space < 0 ? "" : line[(space + 1)..];
            if (!_order.TryTake(word))
            {
                throw Unexpected(line);
            }

            switch (word)
            {
                case "platform":
                    throw NoAgentFor(rest);
                case "no":
                    _refusals.Add(Printable.Line(rest));
                    break;
                case "need":
                    Phase = ConnectPhase.Upload;
                    await UploadAsync(rest, cancellationToken).ConfigureAwait(false);
                    break;
                case "installed":
                    _uploaded = true;
                    await channel.WriteAsync(request, cancellationToken).ConfigureAwait(false);
                    break;
                case "start":
                    Phase = ConnectPhase.Launch;
                    _path = rest;
                    progress?.Report("starting agent");
                    break;
                case "none":
                    throw new TunnelException(ConnectPhase.Upload, "no directory can hold and run the agent: " + string.Join("; ", _refusals));
                case "contract":
                    // The script removes that agent and takes ours.
                    _refusals.Add(OtherContract(Printable.Line(rest)));
                    break;
                case "failed":
                    throw new TunnelException(ConnectPhase.Launch, "the agent did not start: " + Printable.Line(rest));
                case "ready":
                    return (ParseReply(rest), _path!, _uploaded);
                default:
                    throw Unexpected(line);
            }
        }

        return null;
    }

    /// <summary>What was refused until now, as the end of a message; empty: nothing.</summary>
    internal string Refusals => _refusals.Count == 0 ? "" : "; " + string.Join("; ", _refusals);

    private static LaunchReply ParseReply(string base64)
    {
        try
        {
            var reply = LaunchReply.Parser.ParseFrom(Convert.FromBase64String(base64));
            if (reply.Contract != ContractVersion.Current)
            {
                throw new TunnelException(ConnectPhase.Launch, OtherContract($"{reply.Contract}") + ": both have to be of one build");
            }

            return reply.Pid is > 0 and <= MaxPid && IsVersion(reply.Version)
                ? reply
                : throw new TunnelException(
                    ConnectPhase.Launch, $"the agent's reply is none: process id {reply.Pid}, version {Printable.Quote(reply.Version)}");
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            throw new TunnelException(ConnectPhase.Launch, "the agent's reply cannot be read: " + e.Message, e);
        }
    }

    // Shown to people, and taken into results as it is.
    private static bool IsVersion(string text) =>
        text.Length is > 0 and <= MaxVersion && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+');

    private TunnelException Unexpected(string line) => new(Phase, "unexpected line of the bootstrap: " + Printable.Quote(line));

    private static string OtherContract(string agents) =>
        $"the agent speaks version {agents} of the contract, this controller {ContractVersion.Current}";

    private TunnelException NoAgentFor(string platform)
    {
        string host = $"the host is {(platform.Length == 0 ? "of unknown kind" : Printable.Line(platform))}";
        return agents.WhyNot(platform) is { } reason
            ? new TunnelException(ConnectPhase.Upload, $"{host}; {reason}")
            : new TunnelException(
                ConnectPhase.Probe,
                $"{host}; there is no agent for it, only for {string.Join(" and ", AgentPlatform.All.Select(known => known.Words.First()))}");
    }

    private async Task UploadAsync(string needed, CancellationToken cancellationToken)
    {
        string[] words = needed.Split(' ', 2);
        if (agents.WithHash(words[^1]) is not { } agent
            || !long.TryParse(words[0], CultureInfo.InvariantCulture, out long count)
            || (count != agent.Compressed.Length && count != agent.Size))
        {
            throw Unexpected("need " + needed);
        }

        double size = count / 1e6;
        progress?.Report(string.Create(CultureInfo.InvariantCulture, $"uploading agent, {size:0.0} MB"));
        var content = count == agent.Compressed.Length ? agent.Compressed : Expand(agent.Compressed);
        watch.IsMeasured = true;
        for (int offset = 0; offset < content.Length; offset += Chunk)
        {
            var part = content.Slice(offset, Math.Min(Chunk, content.Length - offset));
            await channel.WriteAsync(part, cancellationToken).ConfigureAwait(false);
            watch.Touch();
        }

        watch.IsMeasured = false;
    }

    private static ReadOnlyMemory<byte> Expand(ReadOnlyMemory<byte> compressed)
    {
        using var gzip = new GZipStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
