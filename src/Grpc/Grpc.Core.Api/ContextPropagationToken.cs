namespace Grpc.Core;

/// <summary>Stands for a call that is being served, towards calls made for its sake.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
