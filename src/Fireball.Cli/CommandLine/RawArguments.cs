using Fireball.Linux;

namespace Fireball.Cli;

/// <summary>The command line without loss: .NET replaces what is not UTF-8, so those arguments are read again as bytes.</summary>
internal static class RawArguments
{
    private const char Replacement = '\uFFFD';

    public static string[] Restore(string[] arguments)
    {
        if (!Array.Exists(arguments, argument => argument.Contains(Replacement)))
        {
            return arguments;
        }

        return Split(File.ReadAllBytes("/proc/self/cmdline"), arguments);
    }

    /// <summary>Takes the last arguments of a /proc/PID/cmdline; <paramref name="fallback"/> where it has too few.</summary>
    internal static string[] Split(ReadOnlySpan<byte> commandLine, string[] fallback)
    {
        var all = new List<string>();
        while (commandLine.IndexOf((byte)0) is >= 0 and int end)
        {
            all.Add(PosixText.Decode(commandLine[..end]));
            commandLine = commandLine[(end + 1)..];
        }

        return all.Count < fallback.Length ? fallback : [.. all[^fallback.Length..]];
    }
}
