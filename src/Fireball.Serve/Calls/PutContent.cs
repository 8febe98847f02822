using Fireball.Linux;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>The data of a put's requests as a stream. The next request is read when the last one's bytes have been.</summary>
internal sealed class PutContent(IAsyncStreamReader<ControllerPutRequest> requests) : ReadOnlyStream
{
    /// <summary>Bytes of one request (controller.proto).</summary>
    private const int MaxData = 1024 * 1024;

    private ReadOnlyMemory<byte> _rest;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty && !_ended)
        {
            if (!await requests.MoveNext(cancellationToken))
            {
                _ended = true;
                break;
            }

            BadRequestException.Unless(
                requests.Current.StepCase == ControllerPutRequest.StepOneofCase.Data, "data", "missing; it is in each request but the first");
            _rest = requests.Current.Data.Memory;
            BadRequestException.Unless(_rest.Length <= MaxData, "data", $"{_rest.Length} bytes; at most {MaxData} in one request");
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }
}
