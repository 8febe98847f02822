namespace Fireball.Zmtp;

/// <summary>Names of the socket types on the wire, and which may be connected to which.</summary>
internal static class SocketTypes
{
    // In the order of SocketType.
    private static readonly string[] Names =
        ["REQ", "REP", "DEALER", "ROUTER", "PUB", "SUB", "XPUB", "XSUB", "PUSH", "PULL", "PAIR"];

    public static string Name(SocketType type) => Names[(int)type];

    public static bool TryParse(ReadOnlySpan<byte> name, out SocketType type)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (System.Text.Ascii.Equals(name, Names[i]))
            {
                type = (SocketType)i;
                return true;
            }
        }

        type = default;
        return false;
    }

    /// <summary>The table of valid combinations in RFC 23, "The Socket-Type Property". It is symmetric.</summary>
    public static bool AreCompatible(SocketType ours, SocketType peers) => ours switch
    {
        SocketType.Req => peers is SocketType.Rep or SocketType.Router,
        SocketType.Rep => peers is SocketType.Req or SocketType.Dealer,
        SocketType.Dealer => peers is SocketType.Rep or SocketType.Dealer or SocketType.Router,
        SocketType.Router => peers is SocketType.Req or SocketType.Dealer or SocketType.Router,
        SocketType.Pub or SocketType.XPub => peers is SocketType.Sub or SocketType.XSub,
        SocketType.Sub or SocketType.XSub => peers is SocketType.Pub or SocketType.XPub,
        SocketType.Push => peers is SocketType.Pull,
        SocketType.Pull => peers is SocketType.Push,
        SocketType.Pair => peers is SocketType.Pair,
        _ => false,
    };
}
