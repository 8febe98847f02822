using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Agent.Core;

/// <summary>Turns an ExecStart into what is spawned, or says what is wrong with it.</summary>
internal static class ExecRequestReader
{
    /// <summary>Length of an exec id, bytes; long enough that random ones never meet.</summary>
    internal const int IdLength = 16;

    /// <summary>
    /// Changes to an environment, at most: several times what the largest environments have (some hundred variables), and what the
    /// kernel takes with values of 128 bytes (argv and environment within 2 MiB, execve(2)).
    /// </summary>
    private const int MaxEnvironmentChanges = 16_384;

    /// <summary>A time-out longer than this is none: the longest a timer can be set to (24 days).</summary>
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>What to spawn, in <paramref name="environment"/>.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    internal static SpawnRequest Read(ExecStart start, EnvironmentBlock environment) => new()
    {
        Arguments = Arguments(start),
        Environment = environment,
        WorkingDirectory = Checked(start.WorkingDirectory, "working_directory"),
        Umask = start.HasUmask ? CheckedUmask(start.Umask) : null,
        HasInput = start.AttachStdin,
    };

    /// <summary>The environment's changes in order.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    internal static List<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?>> Changes(ExecStart start)
    {
        Require(
            start.Environment.Count <= MaxEnvironmentChanges,
            $"{start.Environment.Count} changes to the environment, at most {MaxEnvironmentChanges} are made");
        var changes = new List<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?>>();
        foreach (var change in start.Environment)
        {
            var name = Checked(change.Name, "environment name");
            Require(!name.IsEmpty && !name.Span.Contains((byte)'='), "an environment name is empty or holds '='");
            changes.Add(new(name, change.HasValue ? (ReadOnlyMemory<byte>?)Checked(change.Value, "environment value") : null));
        }

        if (start.Detach)
        {
            var (name, value) = (ProcessTree.DetachMark.Split('=')[0], ProcessTree.DetachMark.Split('=')[1]);
            changes.Add(new(
                System.Text.Encoding.ASCII.GetBytes(name), (ReadOnlyMemory<byte>)System.Text.Encoding.ASCII.GetBytes(value)));
        }

        return changes;
    }

    /// <summary>When the command is to be killed; infinite: never.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    internal static TimeSpan Timeout(ExecStart start)
    {
        TimeSpan? timeout = Durations.Read(start.Timeout);
        Require(start.Timeout is null || timeout >= TimeSpan.Zero, "timeout is negative, or no duration");
        return timeout is null || timeout == TimeSpan.Zero || timeout > MaxTimeout
            ? System.Threading.Timeout.InfiniteTimeSpan
            : timeout.Value;
    }

    /// <summary>The id, if it is one.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    internal static ByteString Id(ByteString id)
    {
        Require(id.Length is 0 or IdLength, $"exec_id has {id.Length} bytes, not {IdLength}");
        return id;
    }

    private static ReadOnlyMemory<byte>[] Arguments(ExecStart start)
    {
        Require(start.Argv.Count == 0 || start.Shell.IsEmpty, "both argv and shell are given");
        if (!start.Shell.IsEmpty)
        {
            return ["/bin/sh"u8.ToArray(), "-c"u8.ToArray(), Checked(start.Shell, "shell")];
        }

        Require(start.Argv.Count > 0, "argv is empty");
        return [.. start.Argv.Select(argument => Checked(argument, "argv"))];
    }

    private static uint CheckedUmask(uint umask)
    {
        Require(umask <= PermissionBits.Access, "umask is not within 0 to 0777");
        return umask;
    }

    private static ReadOnlyMemory<byte> Checked(ByteString text, string what)
    {
        Require(!text.Span.Contains((byte)0), $"{what} holds a NUL byte");
        return text.Memory;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, otherwise));
        }
    }
}
