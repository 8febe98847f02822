using System.Runtime.InteropServices;
using System.Text;
using Fireball.TestSupport;

namespace Fireball.Linux.Tests;

/// <summary>
/// Constants as the C headers of an architecture have them. They are compiled into the data of an object file, and read
/// from there: nothing of another architecture has to run.
/// </summary>
internal static class CHeaders
{
    private const string Section = "fireball_values";

    // Whatever is used has its declaration in one of these.
    private static readonly string[] Included =
    [
        "stddef.h", "dirent.h", "elf.h", "errno.h", "fcntl.h", "poll.h", "sched.h", "signal.h", "spawn.h", "termios.h", "time.h", "unistd.h",
        "linux/close_range.h", "linux/limits.h", "linux/stat.h", "linux/tcp.h", "netinet/in.h", "sys/epoll.h", "sys/eventfd.h", "sys/file.h", "sys/ioctl.h",
        "sys/prctl.h", "sys/random.h", "sys/resource.h", "sys/signalfd.h", "sys/socket.h", "sys/syscall.h", "sys/timerfd.h", "sys/un.h",
        "sys/wait.h",
    ];

    /// <summary>Evaluates constant expressions.</summary>
    /// <param name="tools">What the names of the compiler's programs begin with: "" or "aarch64-linux-gnu-".</param>
    /// <param name="expressions">In C; an integer each, no wider than 64 bits.</param>
    public static async Task<IReadOnlyList<long>> EvaluateAsync(string tools, IReadOnlyCollection<string> expressions)
    {
        using var directory = new TemporaryDirectory();
        var text = new StringBuilder("#define _GNU_SOURCE\n");
        foreach (string header in Included)
        {
            text.Append("#include <").Append(header).Append(">\n");
        }

        text.Append("__attribute__((used, section(\"").Append(Section).Append("\"))) const long long values[] = {\n");
        text.AppendJoin(",\n", expressions.Select(expression => $"(long long)({expression})"));
        text.Append("\n};\n");
        string source = directory.Write("values.c", text.ToString());
        await Command.CheckAsync(tools + "gcc", "-c", "-o", directory["values.o"], source);
        await Command.CheckAsync(
            tools + "objcopy", "-O", "binary", "--only-section=" + Section, directory["values.o"], directory["values"]);
        long[] values = MemoryMarshal.Cast<byte, long>(await File.ReadAllBytesAsync(directory["values"])).ToArray();
        Assert.Equal(expressions.Count, values.Length);
        return values;
    }
}
