using System.Text;

namespace Fireball.Deploy;

/// <summary>Reads the lines that hold the marker and skips all others, which are the login shell's noise.</summary>
internal sealed class MarkedLineReader(Stream stream, string marker)
{
    /// <summary>The longest line kept, bytes: a path (4096) and a reason. Of a longer one the end is looked at.</summary>
    private const int MaxLine = 16 << 10;

    private readonly byte[] _marker = Encoding.ASCII.GetBytes(marker + " ");
    private readonly byte[] _buffer = new byte[MaxLine];
    private int _length;

    /// <summary>What stands after the marker and a space in the next such line; null: end of stream.</summary>
    internal async ValueTask<string?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (TryTakeLine(out string? text))
            {
                if (text is not null)
                {
                    return text;
                }
            }

            if (_length == _buffer.Length)
            {
                // Noise without an end of line; the marker may have begun in its last bytes.
                _buffer.AsSpan(_length - _marker.Length).CopyTo(_buffer);
                _length = _marker.Length;
            }

            int count = await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            _length += count;
        }
    }

    /// <summary>Bytes read and not yet given out; 0 when the other side keeps silent after a line.</summary>
    internal int Buffered => _length;

    /// <summary>Gives those bytes out; they are what came after the last line.</summary>
    internal byte[] TakeRest()
    {
        byte[] rest = _buffer[.._length];
        _length = 0;
        return rest;
    }

    private bool TryTakeLine(out string? text)
    {
        text = null;
        int end = _buffer.AsSpan(0, _length).IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }

        // Anywhere in the line: noise need not end with a line's end.
        var line = _buffer.AsSpan(0, end);
        int at = line.IndexOf(_marker);
        if (at >= 0)
        {
            text = Encoding.UTF8.GetString(line[(at + _marker.Length)..]).TrimEnd('\r');
        }

        _buffer.AsSpan((end + 1).._length).CopyTo(_buffer);
        _length -= end + 1;
        return true;
    }
}
