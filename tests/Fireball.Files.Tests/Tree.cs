using System.Diagnostics;
using System.Text;
using Fireball.Linux;

namespace Fireball.Files.Tests;

/// <summary>What is below a path, for comparison: one line an entry, by descriptor and bytes, nothing followed.</summary>
internal static class Tree
{
    public static string Describe(string path, bool times = true)
    {
        var text = new StringBuilder();
        Add(text, PathBytes.FromText(path), [], times);
        return text.ToString();
    }

    public static List<byte[]> Names(byte[] directory)
    {
        int fd = PosixFile.OpenAt(PosixFile.CurrentDirectory, directory, OpenFlags.Directory);
        Assert.True(fd >= 0, $"open: {fd}");
        var names = new List<byte[]>();
        byte[] buffer = new byte[64 * 1024];
        int filled;
        while ((filled = PosixFile.ReadDirectory(fd, buffer)) > 0)
        {
            var entries = new DirectoryEntries(buffer.AsSpan(0, filled));
            while (entries.MoveNext())
            {
                names.Add(entries.Name.ToArray());
            }
        }

        _ = PosixFile.Close(fd);
        names.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    /// <summary>Every name below that looks like one of our temporaries.</summary>
    public static List<string> Temporaries(string path)
    {
        var found = new List<string>();
        Search(PathBytes.FromText(path), found);
        return found;
    }

    public static FileStatus Status(byte[] path)
    {
        int result = PosixFile.GetStatusAt(PosixFile.CurrentDirectory, path, follow: false, out FileStatus status);
        Assert.True(result >= 0, $"{TerminalText.Escape(path)}: {result}");
        return status;
    }

    public static FileStatus Status(string path) => Status(PathBytes.FromText(path));

    public static byte[] Content(byte[] path, long size)
    {
        int fd = PosixFile.OpenAt(PosixFile.CurrentDirectory, path, OpenFlags.NoFollow);
        Assert.True(fd >= 0, $"{TerminalText.Escape(path)}: {fd}");
        byte[] content = new byte[size];
        Assert.Equal(size, PosixFile.ReadFully(fd, content, 0));
        _ = PosixFile.Close(fd);
        return content;
    }

    public static void Create(byte[] path, ReadOnlySpan<byte> content, uint mode = 0x1a4)
    {
        int fd = PosixFile.OpenAt(
            PosixFile.CurrentDirectory, path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, 0x180);
        Assert.True(fd >= 0, $"{TerminalText.Escape(path)}: {fd}");
        Assert.Equal(0, PosixFile.WriteFully(fd, content, 0));
        Assert.Equal(0, PosixFile.ChangeMode(fd, mode));
        _ = PosixFile.Close(fd);
    }

    public static void Create(string path, string content, uint mode = 0x1a4) =>
        Create(PathBytes.FromText(path), Encoding.UTF8.GetBytes(content), mode);

    public static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {error}");
    }

    private static void Search(byte[] directory, List<string> found)
    {
        foreach (byte[] name in Names(directory))
        {
            byte[] path = [.. directory, (byte)'/', .. name];
            if (name.AsSpan().StartsWith(".fireball-"u8))
            {
                found.Add(TerminalText.Escape(path));
            }

            if (Status(path).Kind == FileKind.Directory)
            {
                Search(path, found);
            }
        }
    }

    private static void Add(StringBuilder text, byte[] path, byte[] shown, bool times)
    {
        FileStatus status = Status(path);
        text.Append(TerminalText.Escape(shown)).Append(' ').Append(status.Kind);
        if (status.Kind != FileKind.SymbolicLink)
        {
            text.Append(' ').Append(Convert.ToString(status.Permissions, 8));
        }

        if (times)
        {
            text.Append(' ').Append(status.ModifiedSeconds).Append('.').Append(status.ModifiedNanoseconds);
        }

        if (status.Kind == FileKind.Regular)
        {
            text.Append(' ').Append(status.Size).Append(' ');
            text.Append(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Content(path, status.Size))));
        }
        else if (status.Kind == FileKind.SymbolicLink)
        {
            byte[] target = new byte[PosixFile.MaxPathLength];
            int length = PosixFile.ReadLinkAt(PosixFile.CurrentDirectory, path, target);
            text.Append(" -> ").Append(TerminalText.Escape(target.AsSpan(0, length)));
        }

        text.Append('\n');
        if (status.Kind == FileKind.Directory)
        {
            foreach (byte[] name in Names(path))
            {
                Add(text, [.. path, (byte)'/', .. name], [.. shown, (byte)'/', .. name], times);
            }
        }
    }
}
