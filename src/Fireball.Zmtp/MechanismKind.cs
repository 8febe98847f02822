namespace Fireball.Zmtp;

/// <summary>The security mechanisms spoken here. CURVE is not among them: the tunnel already encrypts.</summary>
public enum MechanismKind
{
    /// <summary>NULL, RFC 37: no authentication.</summary>
    Null,

    /// <summary>PLAIN, RFC 24: user name and password in clear, for use inside an encrypted tunnel or a private directory.</summary>
    Plain,
}
