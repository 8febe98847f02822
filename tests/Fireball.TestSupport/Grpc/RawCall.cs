using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Fireball.TestSupport;

/// <summary>Requests written by hand.</summary>
public static class RawCall
{
    /// <summary>A whole message without a byte in it.</summary>
    public static byte[] EmptyMessage => [0, 0, 0, 0, 0];

    public static HttpRequestMessage Request(string method, byte[] body, params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        var request = new HttpRequestMessage(HttpMethod.Post, $"http://localhost/grpc.testing.TestService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (name, value) in headers)
        {
            if (name == "content-type")
            {
                content.Headers.Remove(name);
                content.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    /// <summary>A message with its prefix.</summary>
    public static byte[] Message(byte flag, byte[] payload, uint? length = null)
    {
        var message = new byte[5 + payload.Length];
        message[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), length ?? (uint)payload.Length);
        payload.CopyTo(message, 5);
        return message;
    }

    /// <summary>grpc-status of a response, wherever it stands.</summary>
    public static async Task<string?> ReadStatusAsync(HttpResponseMessage response)
    {
        await response.Content.ReadAsByteArrayAsync();
        return response.Headers.Concat(response.TrailingHeaders)
            .FirstOrDefault(header => header.Key == "grpc-status").Value?.Single();
    }
}
