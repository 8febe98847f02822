namespace Grpc.Core;

/// <summary>Serves a unary call. The call ends when the task does.</summary>
public delegate Task<TResponse> UnaryServerMethod<TRequest, TResponse>(
    TRequest request, ServerCallContext context)
    where TRequest : class
    where TResponse : class;
