using Fireball.Deploy;
using Fireball.Linux;

namespace Fireball.Ssh.SshNet;

/// <summary>What known_hosts files say of one host.</summary>
internal sealed class KnownHosts
{
    // The longest file read, bytes; arbitrary: a hundred thousand hosts.
    private const long MaxSize = 64 << 20;

    private readonly List<KnownHostsEntry> _entries = [];

    private KnownHosts(string name) => Name = name;

    /// <summary>The host's name there: "host", or "[host]:port" with another port than 22.</summary>
    internal string Name { get; }

    /// <summary>A certificate authority signs this host's keys; null: none.</summary>
    internal KnownHostsEntry? Authority => _entries.FirstOrDefault(e => e.Marker == KnownHostsMarker.CertificateAuthority);

    /// <summary>The types of its known keys.</summary>
    internal IEnumerable<string> KeyTypes => Known.Select(e => e.KeyType).Distinct(StringComparer.Ordinal);

    private IEnumerable<KnownHostsEntry> Known => _entries.Where(e => e.Marker == KnownHostsMarker.None);

    /// <summary>Reads the files that are there, and keeps what is about this host.</summary>
    /// <exception cref="TunnelException">Phase connect: one cannot be read.</exception>
    internal static KnownHosts Read(ResolvedHost host)
    {
        bool withPort = host.Port != 22 && !host.IsKeyAlias;
        string[] files = [.. host.UserKnownHosts, .. host.GlobalKnownHosts];
        var known = new KnownHosts(withPort ? $"[{host.KeyName}]:{host.Port}" : host.KeyName);
        known.Load(files, known.Name);
        if (withPort && known._entries.Count == 0)
        {
            // As ssh: a key that is known for the host is good on each of its ports.
            known.Load(files, host.KeyName);
        }

        return known;
    }

    /// <summary>Judges the key that the host has shown.</summary>
    internal HostKeyVerdict Judge(byte[] key)
    {
        string type = KeyBlob.Type(key) ?? "";
        var same = _entries.Where(e => e.Key.AsSpan().SequenceEqual(key)).ToList();
        if (same.Find(e => e.Marker == KnownHostsMarker.Revoked) is { } revoked)
        {
            return new HostKeyVerdict(HostKeyStatus.Revoked, type, key, revoked);
        }

        if (same.Exists(e => e.Marker == KnownHostsMarker.None))
        {
            return new HostKeyVerdict(HostKeyStatus.Known, type, key, null);
        }

        var other = Known.FirstOrDefault(e => e.KeyType == type);
        return new HostKeyVerdict(other is null ? HostKeyStatus.Unknown : HostKeyStatus.Changed, type, key, other);
    }

    /// <summary>Adds a key, in one write at the end of the file.</summary>
    /// <exception cref="TunnelException">Phase connect: the file cannot be written.</exception>
    internal void Add(string file, string type, byte[] key, bool hashed)
    {
        // 20 bytes of salt, as ssh has it: the size of a SHA-1.
        string line = KnownHostsEntry.Format(Name, type, key, hashed ? KernelRandom.GetBytes(20) : null);
        try
        {
            string directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var stream = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            stream.Write(System.Text.Encoding.UTF8.GetBytes(EndsWithLine(file) ? line : "\n" + line));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TunnelException.Lasting(ConnectPhase.Connect, $"the host key cannot be added to {file}: {e.Message}", e);
        }

        _entries.Add(new KnownHostsEntry(file, 0, KnownHostsMarker.None, Name, type, key));
    }

    // A file written by hand may lack its last line's end.
    private static bool EndsWithLine(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (!stream.CanSeek || stream.Length == 0)
        {
            return true;
        }

        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() == '\n';
    }

    private void Load(IEnumerable<string> files, string name)
    {
        foreach (string file in files.Where(File.Exists))
        {
            try
            {
                if (new FileInfo(file).Length > MaxSize)
                {
                    throw new IOException($"it is larger than {MaxSize >> 20} MiB");
                }

                int number = 0;
                _entries.AddRange(File.ReadLines(file)
                    .Select(line => KnownHostsEntry.Parse(line, file, ++number))
                    .OfType<KnownHostsEntry>()
                    .Where(entry => entry.Matches(name)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw TunnelException.Lasting(ConnectPhase.Connect, $"cannot read the known hosts in {Printable.Quote(file)}: {e.Message}", e);
            }
        }
    }
}
