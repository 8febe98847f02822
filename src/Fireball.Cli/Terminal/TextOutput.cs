using System.Text;

namespace Fireball.Cli;

/// <summary>Text on standard output.</summary>
internal static class TextOutput
{
    public static async Task WriteAsync(string text) =>
        _ = await OutputSink.WriteAsync(isError: false, Encoding.UTF8.GetBytes(text));
}
