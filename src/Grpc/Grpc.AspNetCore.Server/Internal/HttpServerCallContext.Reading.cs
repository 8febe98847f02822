namespace Grpc.AspNetCore.Server;

internal sealed partial class HttpServerCallContext
{
    private readonly Lock _readGate = new();
    private bool _reading;
    private bool _readingEnded;
    private TaskCompletionSource? _lastRead;

    /// <summary>
    /// Ends a read that the service has left under way when it returned. The server uses a stream's objects again for later
    /// streams: the read would take the next call's requests.
    /// </summary>
    public Task EndReadingAsync()
    {
        lock (_readGate)
        {
            _readingEnded = true;
            if (!_reading)
            {
                return Task.CompletedTask;
            }

            _lastRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        HttpContext.Request.BodyReader.CancelPendingRead();
        return _lastRead.Task;
    }

    private void EnterReading()
    {
        lock (_readGate)
        {
            if (_readingEnded)
            {
                throw new InvalidOperationException("The call has ended; no request can be read.");
            }

            _reading = true;
        }
    }

    private void LeaveReading()
    {
        lock (_readGate)
        {
            _reading = false;
            _lastRead?.SetResult();
        }
    }
}
