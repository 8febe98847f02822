using System.Text;
using System.Text.Json;
using Fireball.Controller;
using Fireball.Programs;

namespace Fireball.Cli;

/// <summary>A command whose result is one JSON object.</summary>
internal static class ExecReport
{
    // Throws on what is not UTF-8, which is then given in base64.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<int> RunAsync(HostChoice choice, ExecCommand command, bool noInput)
    {
        using var interruption = new Interruption();
        try
        {
            await using FireballHost host = HostOpener.Open(choice);
            ReadOnlyMemory<byte>? input = noInput ? null : await Task.Run(InputSource.TakeAll, interruption.Token).WaitAsync(interruption.Token);
            ExecResult result = await host.ExecAsync(command, input, interruption.Token);
            await JsonOutput.WriteAsync(json => Write(json, choice.Destination, result));
            return result.Exit.ShellStatus;
        }
        catch (OperationCanceledException) when (interruption.Signal != 0)
        {
            return interruption.ExitStatus;
        }
    }

    internal static void Write(Utf8JsonWriter json, string host, ExecResult result)
    {
        json.WriteStartObject();
        json.WriteString("host", host);
        json.WriteNumber("exit_code", result.ExitCode);
        json.WriteNumber("signal", result.Signal);
        if (result.Exit.CoreDumped)
        {
            json.WriteBoolean("core_dumped", true);
        }

        if (result.Exit.OutputOpen)
        {
            json.WriteBoolean("output_open", true);
        }

        WriteBytes(json, "stdout", result.StandardOutput.Span);
        WriteBytes(json, "stderr", result.StandardError.Span);
        json.WriteStartObject("usage");
        json.WriteNumber("user_us", (long)result.Exit.Usage.User.TotalMicroseconds);
        json.WriteNumber("system_us", (long)result.Exit.Usage.System.TotalMicroseconds);
        json.WriteNumber("wall_us", (long)result.Exit.Usage.Wall.TotalMicroseconds);
        json.WriteNumber("max_rss_kib", result.Exit.Usage.MaxResidentKib);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>As text where it is UTF-8, under NAME_base64 otherwise.</summary>
    private static void WriteBytes(Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            json.WriteString(name, Strict.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            json.WriteBase64String(name + "_base64", bytes);
        }
    }
}
