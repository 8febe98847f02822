namespace Grpc.Core;

/// <summary>The client's side of a request stream.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no more requests come (half-close).</summary>
    Task CompleteAsync();
}
