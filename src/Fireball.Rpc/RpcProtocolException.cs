namespace Fireball.Rpc;

/// <summary>The peer broke a rule of envelope.proto; the connection cannot go on.</summary>
public sealed class RpcProtocolException : IOException
{
    /// <summary>An exception that says which rule.</summary>
    public RpcProtocolException(string message)
        : base(message)
    {
    }

    /// <summary>An exception that says which rule, found by another exception.</summary>
    public RpcProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
