using System.Text;
using Fireball.Linux;

namespace Fireball.Agent.Core;

/// <summary>
/// What the worker tells its supervisor, on a socket between them. One byte says what: D, then one byte of length and the
/// agent directory's path; L: the lifeline (standard input) has ended. The end of it says that the other one is gone.
/// </summary>
internal static class ControlChannel
{
    /// <summary>The worker's end.</summary>
    internal const int WorkerDescriptor = 3;

    internal const byte DirectoryMade = (byte)'D';
    internal const byte LifelineLost = (byte)'L';

    internal static void TellDirectory(string path)
    {
        var text = Encoding.UTF8.GetBytes(path);
        _ = LocalDescriptor.WriteAll(WorkerDescriptor, [DirectoryMade, checked((byte)text.Length), .. text]);
    }

    internal static void TellLifelineLost() => _ = LocalDescriptor.WriteAll(WorkerDescriptor, [LifelineLost]);

    /// <summary>Reads exactly so much, or null at the end.</summary>
    internal static byte[]? Read(int descriptor, int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            var n = LocalDescriptor.Read(descriptor, bytes.AsSpan(have));
            if (n == 0)
            {
                return null;
            }

            have += n;
        }

        return bytes;
    }
}
