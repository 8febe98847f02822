using Fireball.Files;
using Fireball.Linux;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>
/// Copies files and trees between this machine and the agent that <paramref name="invoker"/> calls. Paths are bytes.
/// A source that ends in a slash means what it holds (as to rsync); otherwise a target that is an existing directory
/// receives the source under its own name, and one that is not becomes the copy (as to cp -r). Several sources need
/// a directory, which is made where it is missing. An existing directory is merged into, a file replaced in one step.
/// </summary>
/// <remarks>
/// A single entry's failure is in the result and the rest goes on. Thrown are: <see cref="FileCopyException"/> for a
/// local target or a source list that cannot be used at all, <see cref="Grpc.Core.RpcException"/> for what ended the
/// call, <see cref="OperationCanceledException"/>; none of them leaves a temporary or a half-written file.
/// </remarks>
public sealed partial class FileCopy(CallInvoker invoker)
{
    private readonly AgentService.AgentServiceClient _client = new(invoker);

    // The name that a source gets in a target directory; empty: its contents go there.
    private static byte[] TargetName(ReadOnlySpan<byte> source) =>
        source.Length > 0 && source[^1] == (byte)'/' ? [] : PathBytes.LastComponent(source).ToArray();

    private static void CheckSources(IReadOnlyList<byte[]> sources)
    {
        if (sources.Count == 0)
        {
            throw new FileCopyException([], Errno.EINVAL, "There is no source.");
        }

        if (sources.Count == 1)
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (byte[] source in sources)
        {
            byte[] name = TargetName(source);
            if (name.Length > 0 && !seen.Add(Convert.ToHexString(name)))
            {
                throw new FileCopyException(
                    source, Errno.EEXIST, $"{TerminalText.Escape(source)}: another source has the same name.");
            }
        }
    }

    private static long? SizeOfFile(byte[] path) =>
        PosixFile.GetStatusAt(PosixFile.CurrentDirectory, path, follow: false, out FileStatus status) >= 0
        && status.Kind == FileKind.Regular
            ? status.Size
            : null;
}
