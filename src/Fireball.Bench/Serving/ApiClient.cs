using System.Globalization;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Fireball.Bench;

/// <summary>One program that uses the gRPC API of `fireball serve`. Not thread-safe.</summary>
internal sealed class ApiClient : IAsyncDisposable
{
    // What the API takes of a standard input in one message (controller.proto), and a good size for a file's too.
    private const int ChunkBytes = 256 << 10;

    // BenchHost's own is 15 s; see OpenHostAsync.
    private const int FirstConnectTimeout = 16;

    private static int _opened;

    private readonly GrpcChannel _channel;
    private readonly V1.ControllerService.ControllerServiceClient _client;
    private readonly BenchHost _host;
    private readonly HostSpec _spec;
    private readonly List<HostSpec> _hosts = [];

    /// <summary>Of a socket; connected by the first call.</summary>
    public ApiClient(string socket, BenchHost host)
    {
        _host = host;
        _channel = ServeChannel.Open(socket);
        _client = new V1.ControllerService.ControllerServiceClient(_channel);
        _spec = Spec();
    }

    /// <summary>Runs a command.</summary>
    /// <param name="words">Its words.</param>
    /// <param name="size">Bytes that it prints.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WorkFailedException">It failed, or printed another number.</exception>
    public async ValueTask ExecAsync(string[] words, long size, CancellationToken cancellationToken)
    {
        using var call = _client.Exec(cancellationToken: cancellationToken);
        await call.RequestStream.WriteAsync(Start(words, input: false), cancellationToken);
        await call.RequestStream.CompleteAsync();
        long got = await ReadAsync(call.ResponseStream, cancellationToken);
        if (got != size)
        {
            throw new WorkFailedException($"{got} bytes of {size} came");
        }
    }

    /// <summary>Runs a command that reads so many bytes; what it prints is dropped.</summary>
    /// <exception cref="WorkFailedException">It failed.</exception>
    public async ValueTask ExecWithInputAsync(string[] words, long size, CancellationToken cancellationToken)
    {
        using var call = _client.Exec(cancellationToken: cancellationToken);
        await call.RequestStream.WriteAsync(Start(words, input: true), cancellationToken);
        ByteString chunk = UnsafeByteOperations.UnsafeWrap(new byte[Math.Min(size, ChunkBytes)]);
        for (long left = size; left > 0; left -= chunk.Length)
        {
            ByteString part = left < chunk.Length ? UnsafeByteOperations.UnsafeWrap(chunk.Memory[..(int)left]) : chunk;
            await call.RequestStream.WriteAsync(new ControllerExecRequest { StdinData = part }, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        await ReadAsync(call.ResponseStream, cancellationToken);
    }

    /// <summary>Copies a file there.</summary>
    /// <exception cref="WorkFailedException">Not all of it arrived.</exception>
    public async ValueTask PutAsync(string source, string target, CancellationToken cancellationToken)
    {
        await using FileStream file = new(source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        using var call = _client.Put(cancellationToken: cancellationToken);
        await call.RequestStream.WriteAsync(
            new ControllerPutRequest { Start = new ControllerPutStart { Host = _spec, Path = ByteString.CopyFromUtf8(target), Size = (ulong)file.Length } },
            cancellationToken);
        byte[] buffer = new byte[ChunkBytes];
        for (int count; (count = await file.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            // A message has left when its write has completed, so the buffer is free again.
            await call.RequestStream.WriteAsync(
                new ControllerPutRequest { Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, count)) }, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        ControllerPutResponse answer = await call.ResponseAsync;
        if (answer.Size != (ulong)file.Length)
        {
            throw new WorkFailedException($"{answer.Size} bytes of {file.Length} were written");
        }
    }

    /// <summary>Copies a file here.</summary>
    /// <exception cref="WorkFailedException">Not all of it came.</exception>
    public async ValueTask GetAsync(string source, string target, long size, CancellationToken cancellationToken)
    {
        await using FileStream file = new(target, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: true);
        using var call = _client.Get(new ControllerGetRequest { Host = _spec, Path = ByteString.CopyFromUtf8(source) }, cancellationToken: cancellationToken);
        ulong? told = null;
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            ControllerGetResponse response = call.ResponseStream.Current;
            told = response.End?.Size ?? told;
            await file.WriteAsync(response.Data.Memory, cancellationToken);
        }

        if (told != (ulong)size || file.Length != size)
        {
            throw new WorkFailedException($"{file.Length} bytes of {size} came");
        }
    }

    /// <summary>Has the host connected once more, by a connection that is kept until this client goes.</summary>
    /// <exception cref="WorkFailedException">It is not connected then.</exception>
    public async ValueTask OpenHostAsync(CancellationToken cancellationToken)
    {
        // A connection is shared by calls that give ssh the same options. The timeout of connecting is one that does not
        // matter once it is connected.
        HostSpec spec = Spec("-o", string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={FirstConnectTimeout + Interlocked.Increment(ref _opened)}"));
        using var call = _client.Connect(cancellationToken: cancellationToken);
        await call.RequestStream.WriteAsync(new ConnectRequest { Host = spec }, cancellationToken);
        await call.RequestStream.CompleteAsync();
        HostState? connected = null;
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            connected = call.ResponseStream.Current.Connected ?? connected;
        }

        _hosts.Add(spec);
        if (connected?.State != HostState.Types.State.Connected)
        {
            throw new WorkFailedException("the host is not connected");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (HostSpec host in _hosts)
        {
            try
            {
                await _client.DisconnectAsync(new DisconnectRequest { Host = host });
            }
            catch (Grpc.Core.RpcException)
            {
                // Lost, or the process is gone: there is nothing to say good-bye to.
            }
        }

        _channel.Dispose();
    }

    private HostSpec Spec(params string[] more) => new() { Destination = _host.Destination, SshArguments = { _host.SshArguments, more } };

    private ControllerExecRequest Start(string[] words, bool input) => new()
    {
        Start = new ControllerExecStart
        {
            Host = _spec,
            Command = new ExecStart { Argv = { words.Select(ByteString.CopyFromUtf8) }, AttachStdin = input },
        },
    };

    // To the end; the bytes of its standard output.
    private static async Task<long> ReadAsync(Grpc.Core.IAsyncStreamReader<ControllerExecResponse> responses, CancellationToken cancellationToken)
    {
        long got = 0;
        ExecExited? exit = null;
        while (await responses.MoveNext(cancellationToken))
        {
            got += responses.Current.StdoutData.Length;
            exit = responses.Current.Exited ?? exit;
        }

        return exit is { ExitCode: 0, Signal: 0 } ? got : throw new WorkFailedException($"the command ended with status {exit?.ExitCode}, signal {exit?.Signal}");
    }
}
