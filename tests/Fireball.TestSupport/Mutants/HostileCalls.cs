using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Fireball.TestSupport;

/// <summary>
/// Calls with requests that no client of ours sends. Each has to end, with OK or a status that says what is wrong, in one line
/// without control characters.
/// </summary>
/// <param name="invoker">The connection.</param>
public sealed class HostileCalls(CallInvoker invoker)
{
    private static readonly Marshaller<byte[]> AsBytes = Marshallers.Create<byte[]>(static bytes => bytes, static bytes => bytes);

    /// <summary>Every so many calls one is made again and cancelled.</summary>
    private const int CancelledOnesOf = 5;

    /// <summary>Makes of a request what may be sent, where it could do harm on this machine.</summary>
    public Func<byte[], byte[]> Tame { get; init; } = static request => request;

    /// <summary>What a request that is no message ends its call with, besides INTERNAL.</summary>
    public StatusCode Unreadable { get; init; } = StatusCode.Internal;

    /// <summary>Makes all the calls with <see cref="RequestMutants"/> of these requests, one after the other.</summary>
    public async Task TryAllAsync(MethodDescriptor method, int random, int seed, params IMessage[] requests)
    {
        int count = 0;
        int refused = 0;
        foreach (RequestMutant mutant in RequestMutants.Of(requests, random, seed))
        {
            RequestMutant tamed = mutant with { Requests = [.. mutant.Requests.Select(Tame)] };
            RpcException? failure = await TryAsync(method, tamed, cancelAfter: null);
            refused += failure is null ? 0 : 1;
            if (++count % CancelledOnesOf == 0)
            {
                await TryAsync(method, tamed, cancelAfter: count / CancelledOnesOf % (mutant.Requests.Count + 1));
            }
        }

        // Else this would show nothing.
        Assert.True(refused > 0, $"{method.Name}: none of {count} calls was refused");
        Assert.True(refused < count, $"{method.Name}: all of {count} calls were refused");
    }

    /// <summary>Makes one call to its end: null where that is OK.</summary>
    /// <param name="method">Which.</param>
    /// <param name="mutant">Its requests.</param>
    /// <param name="cancelAfter">Cancelled after so many requests; null: not.</param>
    public async Task<RpcException?> TryAsync(MethodDescriptor method, RequestMutant mutant, int? cancelAfter)
    {
        string name = $"{method.Name}, {mutant.Name}{(cancelAfter is { } after ? $", cancelled after {after}" : "")}";
        try
        {
            await SendAsync(method, mutant.Requests, cancelAfter).WaitAsync(Until.Limit);
            return null;
        }
        catch (RpcException failure)
        {
            Assert.True(
                !failure.Status.Detail.Any(char.IsControl) && failure.Status.Detail.Length > 0, $"{name}: no line: {failure.Status}");
            bool allowed = failure.StatusCode switch
            {
                StatusCode.Internal => !IsCall(method, mutant.Requests),
                StatusCode.Unknown => Unreadable == StatusCode.Unknown && !IsCall(method, mutant.Requests),
                StatusCode.Unavailable => false,
                _ => true,
            };
            Assert.True(allowed, $"{name}: {failure.Status}");
            return failure;
        }
        catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{name}: {failure}");
            throw;
        }
    }

    // As a stream both ways, which on the wire every call is: so many requests and answers as there are.
    private async Task SendAsync(MethodDescriptor method, IReadOnlyList<byte[]> requests, int? cancelAfter)
    {
        using var cancel = new CancellationTokenSource();
        using var call = invoker.AsyncDuplexStreamingCall(
            new Method<byte[], byte[]>(MethodType.DuplexStreaming, method.Service.FullName, method.Name, AsBytes, AsBytes),
            host: null,
            new CallOptions(cancellationToken: cancel.Token));

        // Beside the writing: a service that answers while it reads would wait for the reader.
        Task reading = ReadAsync(call.ResponseStream);
        try
        {
            foreach (byte[] request in requests.Take(cancelAfter ?? requests.Count))
            {
                await call.RequestStream.WriteAsync(request);
            }

            if (cancelAfter is null)
            {
                await call.RequestStream.CompleteAsync();
            }
            else
            {
                // And nothing after it: what still came on a stream that was reset would end an HTTP/2 connection (RFC 9113, 5.1).
                await cancel.CancelAsync();
            }
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException or OperationCanceledException)
        {
            // The call has ended before all was sent: the reader learns how.
        }

        await reading;
    }

    private static async Task ReadAsync(IAsyncStreamReader<byte[]> responses)
    {
        while (await responses.MoveNext(CancellationToken.None))
        {
        }
    }

    // gRPC's own answer to bytes that are no request, and to another number of requests than the method has, is INTERNAL.
    private static bool IsCall(MethodDescriptor method, IReadOnlyList<byte[]> requests) =>
        (method.IsClientStreaming || requests.Count == 1) && requests.All(request => IsMessage(method.InputType, request));

    private static bool IsMessage(MessageDescriptor type, byte[] bytes)
    {
        try
        {
            type.Parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
