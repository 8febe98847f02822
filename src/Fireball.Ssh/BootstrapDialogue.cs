using System.Globalization;
using System.IO.Compression;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Ssh;

/// <summary>Our side of <see cref="BootstrapScript"/> and of launch.proto, over the session channel.</summary>
internal sealed class BootstrapDialogue(
    Stream channel, MarkedLineReader lines, AgentImage agent, ReadOnlyMemory<byte> request, IProgress<string>? progress, Action onActivity)
{
    // What is written between two signs of life, bytes; arbitrary.
    private const int Chunk = 64 << 10;

    private readonly List<string> _refusals = [];
    private bool _uploaded;
    private string? _path;

    /// <summary>The step it is at.</summary>
    internal SshPhase Phase { get; private set; } = SshPhase.Probe;

    /// <summary>The script has begun: the login worked and there is a shell.</summary>
    internal bool Begun { get; private set; }

    /// <summary>Runs it. Null: the channel ended; the phase says where.</summary>
    /// <exception cref="SshException">The other side said why it cannot.</exception>
    internal async Task<(LaunchReply Reply, string Path, bool Uploaded)?> RunAsync(CancellationToken cancellationToken)
    {
        await channel.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            Begun = true;
            onActivity();
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            string word = space < 0 ? line : line[..space];
            string rest = space < 0 ? "" : line[(space + 1)..];
            switch (word)
            {
                case "platform":
                    throw new SshException(SshPhase.Probe, PlatformMessage(rest));
                case "no":
                    _refusals.Add(Printable.Line(rest));
                    break;
                case "need":
                    Phase = SshPhase.Upload;
                    await UploadAsync(rest, cancellationToken).ConfigureAwait(false);
                    break;
                case "installed":
                    _uploaded = true;
                    await channel.WriteAsync(request, cancellationToken).ConfigureAwait(false);
                    break;
                case "start":
                    Phase = SshPhase.Launch;
                    _path = rest;
                    progress?.Report("starting agent");
                    break;
                case "none":
                    throw new SshException(SshPhase.Upload, "no directory can hold and run the agent: " + string.Join("; ", _refusals));
                case "failed":
                    throw new SshException(SshPhase.Launch, "the agent did not start: " + Printable.Line(rest));
                case "ready" when _path is not null:
                    return (ParseReply(rest), _path, _uploaded);
                default:
                    throw new SshException(SshPhase.Probe, "unexpected line of the bootstrap: " + Printable.Quote(line));
            }
        }

        return null;
    }

    /// <summary>What was refused until now, as the end of a message; empty: nothing.</summary>
    internal string Refusals => _refusals.Count == 0 ? "" : "; " + string.Join("; ", _refusals);

    private static string PlatformMessage(string platform) =>
        $"the host is {(platform.Length == 0 ? "of unknown kind" : Printable.Line(platform))}; no agent for it was built, only for Linux x86_64"
        + " (to have one: publish src/Fireball.Agent for its runtime identifier on a machine that can)";

    private static LaunchReply ParseReply(string base64)
    {
        try
        {
            return LaunchReply.Parser.ParseFrom(Convert.FromBase64String(base64));
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            throw new SshException(SshPhase.Launch, "the agent's reply cannot be read: " + e.Message, e);
        }
    }

    private async Task UploadAsync(string needed, CancellationToken cancellationToken)
    {
        string[] words = needed.Split(' ', 2);
        if (!long.TryParse(words[0], CultureInfo.InvariantCulture, out long count)
            || (count != agent.Compressed.Length && count != agent.Size))
        {
            throw new SshException(SshPhase.Upload, "unexpected line of the bootstrap: " + Printable.Quote("need " + needed));
        }

        double size = count / 1e6;
        progress?.Report(string.Create(CultureInfo.InvariantCulture, $"uploading agent, {size:0.0} MB"));
        var content = count == agent.Compressed.Length ? agent.Compressed : Expand(agent.Compressed);
        for (int offset = 0; offset < content.Length; offset += Chunk)
        {
            var part = content.Slice(offset, Math.Min(Chunk, content.Length - offset));
            await channel.WriteAsync(part, cancellationToken).ConfigureAwait(false);
            onActivity();
        }
    }

    private static ReadOnlyMemory<byte> Expand(ReadOnlyMemory<byte> compressed)
    {
        using var gzip = new GZipStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
