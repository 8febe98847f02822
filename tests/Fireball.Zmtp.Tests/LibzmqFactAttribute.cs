namespace Fireball.Zmtp.Tests;

/// <summary>A fact that needs libzmq as a peer (Debian's python3-zmq); skipped, and shown so, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LibzmqFactAttribute : FactAttribute
{
    public LibzmqFactAttribute() => Skip = PythonPeer.Missing;
}
