namespace Fireball.Zmtp;

/// <summary>The socket types of RFC 23 ("The Socket-Type Property"), as peers announce them.</summary>
public enum SocketType
{
    /// <summary>REQ, RFC 28.</summary>
    Req,

    /// <summary>REP, RFC 28.</summary>
    Rep,

    /// <summary>DEALER, RFC 28.</summary>
    Dealer,

    /// <summary>ROUTER, RFC 28.</summary>
    Router,

    /// <summary>PUB, RFC 29.</summary>
    Pub,

    /// <summary>SUB, RFC 29.</summary>
    Sub,

    /// <summary>XPUB, RFC 29.</summary>
    XPub,

    /// <summary>XSUB, RFC 29.</summary>
    XSub,

    /// <summary>PUSH, RFC 30.</summary>
    Push,

    /// <summary>PULL, RFC 30.</summary>
    Pull,

    /// <summary>PAIR, RFC 31.</summary>
    Pair,
}
