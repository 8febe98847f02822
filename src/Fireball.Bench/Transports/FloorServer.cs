using System.Buffers.Binary;
using System.Net.Sockets;

namespace Fireball.Bench;

/// <summary>
/// The far end of the floor: moves bytes, and nothing else. A request is two lengths (8 bytes each, least significant
/// first), how many bytes come with it and how many go back; then those bytes. Run as `fireball-bench floor-server SOCKET`;
/// it ends with its standard input.
/// </summary>
internal static class FloorServer
{
    /// <summary>The first argument that makes this program a floor server.</summary>
    public const string Verb = "floor-server";

    /// <summary>What it prints when it listens.</summary>
    public const string Ready = "up";

    /// <summary>Bytes of a request before its data.</summary>
    public const int HeaderBytes = 16;

    // As large as the pipes and windows below it can make use of.
    private const int ChunkBytes = 256 << 10;

    /// <summary>Serves until standard input ends.</summary>
    public static int Run(string path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        new Thread(() => Accept(listener)) { IsBackground = true }.Start();
        Console.Out.WriteLine(Ready);
        while (Console.In.Read() >= 0)
        {
            // What comes has no meaning; its end has.
        }

        File.Delete(path);
        return 0;
    }

    /// <summary>Writes a request's header.</summary>
    public static void WriteHeader(Span<byte> header, long up, long down)
    {
        BinaryPrimitives.WriteInt64LittleEndian(header, up);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], down);
    }

    private static void Accept(Socket listener)
    {
        while (true)
        {
            Socket peer = listener.Accept();
            new Thread(() => Serve(peer)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket peer)
    {
        // A small request arrives in one piece and is answered in one.
        byte[] buffer = new byte[HeaderBytes + ChunkBytes];
        try
        {
            while (true)
            {
                int have = 0;
                while (have < HeaderBytes)
                {
                    int count = peer.Receive(buffer.AsSpan(have));
                    if (count == 0)
                    {
                        return;
                    }

                    have += count;
                }

                long up = BinaryPrimitives.ReadInt64LittleEndian(buffer) - (have - HeaderBytes);
                long down = BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(8));
                while (up > 0)
                {
                    int count = peer.Receive(buffer.AsSpan(0, (int)Math.Min(up, buffer.Length)));
                    if (count == 0)
                    {
                        return;
                    }

                    up -= count;
                }

                while (down > 0)
                {
                    down -= peer.Send(buffer.AsSpan(0, (int)Math.Min(down, ChunkBytes)));
                }
            }
        }
        catch (SocketException)
        {
            // The client has gone; the others have threads of their own.
        }
        finally
        {
            peer.Dispose();
        }
    }
}
