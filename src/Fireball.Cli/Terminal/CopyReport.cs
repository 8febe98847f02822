using System.Text.Json;
using Fireball.Controller;
using Fireball.Linux;

namespace Fireball.Cli;

/// <summary>What a copy did: one line and the failures for a person, or one JSON object.</summary>
internal static class CopyReport
{
    public static async Task WriteAsync(HostChoice choice, CopyResult result, TimeSpan taken, bool json)
    {
        if (json)
        {
            await JsonOutput.WriteAsync(writer => Write(writer, choice.Destination, result, taken));
            return;
        }

        foreach (CopyFailure failure in result.Failures)
        {
            string where = failure.OnHost ? $"{choice.Destination}:" : "";
            Report.Escaped($"fireball: {where}{failure.ToTerminalText()}");
        }

        if (result.Failed > 0)
        {
            Report.Failure($"{choice.Destination}: {result.Failed} of {result.Failed + result.Files + result.Directories + result.Symlinks} entries were not copied");
        }
        else if (!choice.Quiet && Linux.LocalDescriptor.IsTerminal(2))
        {
            Report.Line($"{result.Files} files, {Size(result.Bytes)} in {taken.TotalSeconds:0.00} s");
        }
    }

    private static void Write(Utf8JsonWriter json, string host, CopyResult result, TimeSpan taken)
    {
        json.WriteStartObject();
        json.WriteString("host", host);
        json.WriteNumber("files", result.Files);
        json.WriteNumber("directories", result.Directories);
        json.WriteNumber("symlinks", result.Symlinks);
        json.WriteNumber("bytes", result.Bytes);
        json.WriteNumber("seconds", Math.Round(taken.TotalSeconds, 6));
        json.WriteNumber("failed", result.Failed);
        json.WriteStartArray("failures");
        foreach (CopyFailure failure in result.Failures)
        {
            json.WriteStartObject();
            json.WriteString("side", failure.OnHost ? "host" : "local");
            json.WriteString("path", TerminalText.Escape(failure.Path));
            json.WriteNumber("errno", failure.Errno);
            json.WriteString("message", failure.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Bytes as people read them.</summary>
    internal static string Size(long bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} B",
        < 1 << 20 => $"{bytes / 1024.0:0.0} KiB",
        < 1 << 30 => $"{bytes / 1048576.0:0.0} MiB",
        _ => $"{bytes / 1073741824.0:0.0} GiB",
    };
}
