using System.Buffers.Text;
using System.Text;

namespace Fireball.Linux;

/// <summary>A process as /proc/PID/stat has it (proc_pid_stat(5)).</summary>
/// <param name="Pid">Field 1.</param>
/// <param name="State">Field 3: R, S, D, Z (zombie) ...</param>
/// <param name="Parent">Field 4.</param>
/// <param name="Group">Field 5.</param>
/// <param name="Session">Field 6.</param>
public readonly record struct ProcessEntry(int Pid, char State, int Parent, int Group, int Session)
{
    /// <summary>Parses the file's content.</summary>
    public static bool TryParse(ReadOnlySpan<byte> stat, out ProcessEntry entry)
    {
        entry = default;

        // Field 2 is the name in parentheses and may hold anything, parentheses too; the rest follows the last one.
        var name = stat.LastIndexOf((byte)')');
        if (!Utf8Parser.TryParse(stat, out int pid, out _) || name < 0 || stat.Length < name + 4)
        {
            return false;
        }

        var fields = Encoding.ASCII.GetString(stat[(name + 2)..]).Split(' ', 5);
        if (fields.Length < 5
            || fields[0].Length != 1
            || !int.TryParse(fields[1], out var parent)
            || !int.TryParse(fields[2], out var group)
            || !int.TryParse(fields[3], out var session))
        {
            return false;
        }

        entry = new ProcessEntry(pid, fields[0][0], parent, group, session);
        return true;
    }
}
