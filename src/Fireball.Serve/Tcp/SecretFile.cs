using Fireball.Linux;

namespace Fireball.Serve;

/// <summary>Files that hold a secret: this user's, and not readable by any other user.</summary>
internal static class SecretFile
{
    /// <summary>A private key or a token; 64 KiB is many times the largest key in PEM.</summary>
    private const int MaxSize = 64 * 1024;

    /// <summary>The file's bytes. What is checked and what is read is the same open file.</summary>
    /// <exception cref="IOException">It is not there, not a file, another user's, open to others, or too large; with what to do.</exception>
    public static byte[] Read(string path)
    {
        int file = Check(path, PosixFile.OpenAt(PosixFile.CurrentDirectory, PosixText.Encode(path), OpenFlags.ReadOnly | OpenFlags.NonBlocking));
        try
        {
            _ = Check(path, PosixFile.GetStatus(file, out FileStatus status));
            if (WhyNotSecret(status) is { } reason)
            {
                throw new IOException($"{path} {reason}");
            }

            var content = new byte[status.Size];
            int count = Check(path, PosixFile.ReadFully(file, content, 0));
            return content[..count];
        }
        finally
        {
            _ = PosixFile.Close(file);
        }
    }

    private static string? WhyNotSecret(in FileStatus status) => status switch
    {
        { Kind: not FileKind.Regular } => "is not a file",
        { UserId: var owner } when owner != PeerIdentity.OwnUserId => $"belongs to user {owner}, not to {PeerIdentity.OwnUserId}",
        { Permissions: var mode } when (mode & PermissionBits.Others) != 0 =>
            $"is open to other users (mode {Convert.ToString(mode, 8)}); chmod 600 it",
        { Size: > MaxSize } => $"is larger than {MaxSize} bytes",
        _ => null,
    };

    private static int Check(string path, int result) =>
        result >= 0 ? result : throw new IOException($"{path}: {Errno.Describe(-result)}");
}
