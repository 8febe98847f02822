using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fireball.Cli;

/// <summary>One JSON value and a newline on standard output.</summary>
internal static class JsonOutput
{
    public static async Task WriteAsync(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        await using (var json = new Utf8JsonWriter(buffer, options))
        {
            write(json);
        }

        buffer.Write("\n"u8);
        _ = await OutputSink.WriteAsync(isError: false, buffer.WrittenMemory);
    }
}
