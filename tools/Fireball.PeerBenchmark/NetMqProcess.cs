using System.Diagnostics;
using System.Globalization;
using global::NetMQ;
using global::NetMQ.Sockets;

namespace Fireball.PeerBenchmark;

/// <summary>
/// The ZMTP section's peer on NetMQ, two processes connected by DEALER sockets over loopback TCP. Says "ready", then
/// answers the lines that zmtp_libzmq.py does. Nothing is copied that NetMQ does not copy itself.
/// </summary>
internal static class NetMqProcess
{
    /// <summary>The first argument that asks for it.</summary>
    public const string Verb = "zmtp-netmq";

    /// <summary>Answers lines until its input ends.</summary>
    /// <param name="port">Where the measuring process listens; null: this is that one.</param>
    public static int Run(string? port)
    {
        using var socket = new DealerSocket();
        if (port is not null)
        {
            socket.Connect($"tcp://127.0.0.1:{port}");
            Follow(socket);
            return 0;
        }

        var own = socket.BindRandomPort("tcp://127.0.0.1").ToString(CultureInfo.InvariantCulture);
        using var other = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, [typeof(NetMqProcess).Assembly.Location, Verb, own])
        {
            UseShellExecute = false, RedirectStandardInput = true,
        })!;
        Console.WriteLine("ready");
        while (Console.ReadLine() is { } line)
        {
            other.StandardInput.WriteLine(line);
            var (work, size, count) = Read(line);
            Console.WriteLine((work == "echo" ? Echo(socket, size, count) : OneWay(socket, count)).ToString(CultureInfo.InvariantCulture));
        }

        other.StandardInput.Close();
        other.WaitForExit();
        return 0;
    }

    private static void Follow(DealerSocket socket)
    {
        while (Console.ReadLine() is { } line)
        {
            var (work, size, count) = Read(line);
            var body = new byte[size];
            for (var i = 0; i < count; i++)
            {
                if (work == "echo")
                {
                    Receive(socket);
                }

                Send(socket, body);
            }
        }
    }

    private static double Echo(DealerSocket socket, int size, int count)
    {
        var (body, times) = (new byte[size], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            Send(socket, body);
            Receive(socket);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return Interleaved.Median(times);
    }

    private static double OneWay(DealerSocket socket, int count)
    {
        Receive(socket);
        var start = Stopwatch.GetTimestamp();
        for (var i = 1; i < count; i++)
        {
            Receive(socket);
        }

        return (count - 1) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Send(DealerSocket socket, byte[] body)
    {
        var message = default(Msg);
        message.InitGC(body, body.Length);
        socket.Send(ref message, more: false);
        message.Close();
    }

    private static void Receive(DealerSocket socket)
    {
        var message = default(Msg);
        message.InitEmpty();
        socket.Receive(ref message);
        message.Close();
    }

    private static (string Work, int Size, int Count) Read(string line)
    {
        var words = line.Split(' ');
        return (words[0], int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture));
    }
}
