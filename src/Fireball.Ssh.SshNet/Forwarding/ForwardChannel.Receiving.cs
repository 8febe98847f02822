using Fireball.Deploy;
using Renci.SshNet.Messages.Connection;

namespace Fireball.Ssh.SshNet;

/// <content>
/// What the host says, on the thread that receives for the connection. Nothing here throws: it would end the connection.
/// </content>
internal sealed partial class ForwardChannel
{
    internal void OnConfirmed(ChannelOpenConfirmationMessage message)
    {
        bool isUsable;
        lock (_gate)
        {
            if (_isOpen)
            {
                return;
            }

            _isOpen = true;
            _remote = message.RemoteChannelNumber;
            isUsable = _windows.TryOpen(message.InitialWindowSize, message.MaximumPacketSize);
            _work.Set();
        }

        if (isUsable)
        {
            _opened.TrySetResult(null);
        }
        else
        {
            Violated("takes packets of no byte");
        }
    }

    internal void OnRefused(ChannelOpenFailureMessage message)
    {
        // As OpenSSH has it for the codes of RFC 4254, 5.1.
        string reason = message.ReasonCode switch
        {
            1 => "administratively prohibited",
            2 => "connect failed",
            3 => "unknown channel type",
            4 => "resource shortage",
            _ => "unknown reason",
        };
        string words = $"open failed: {reason}: {Printable.Line(message.Description)}";
        _opened.TrySetResult(words);
        Lose(new IOException(words));
        _onEnd(Number);
    }

    internal void OnData(ReadOnlySpan<byte> bytes)
    {
        bool isRoom;
        lock (_gate)
        {
            if (_isClosedByHost || !_isOpen)
            {
                return;
            }

            isRoom = _windows.TryReceive(bytes.Length);
        }

        if (isRoom)
        {
            Received.Add(bytes);
        }
        else
        {
            Violated("sends more than there is room for");
        }
    }

    internal void OnRoom(uint bytes)
    {
        bool isPossible;
        lock (_gate)
        {
            isPossible = _windows.TryAdd(bytes);
            _work.Set();
        }

        if (!isPossible)
        {
            Violated("has more room than there can be");
        }
    }

    // An answer is owed to a request of whatever kind, so that the host does not take this end for dead.
    internal void OnRequest(ChannelRequestMessage message)
    {
        if (message.RequestData is [not 0, ..])
        {
            lock (_gate)
            {
                _unanswered++;
                _work.Set();
            }
        }
    }

    internal void OnEndOfData() => Received.End();

    internal void OnClosed()
    {
        lock (_gate)
        {
            _isClosedByHost = true;
        }

        Received.End();
        Fail(new IOException("the agent closed the connection"), isOver: false);
        _onEnd(Number);
    }

    private void Violated(string what) =>
        Fail(new IOException("the host breaks the ssh protocol: it " + what), isOver: false);
}
