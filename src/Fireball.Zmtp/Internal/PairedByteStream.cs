namespace Fireball.Zmtp;

/// <summary>Any stream, or a pair of them (standard input and output, a pipe).</summary>
internal sealed class PairedByteStream(Stream input, Stream output) : ByteStream
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        input.ReadAsync(buffer, cancellationToken);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer)
    {
        var write = output.WriteAsync(buffer, CancellationToken.None);
        return write.IsCompletedSuccessfully
            ? new ValueTask(output.FlushAsync(CancellationToken.None))
            : SendRestAsync(write);
    }

    public override ValueTask ShutdownSendAsync() =>
        // A stream of both directions has no half to close.
        ReferenceEquals(input, output) ? ValueTask.CompletedTask : output.DisposeAsync();

    public override void Abort()
    {
        input.Dispose();
        output.Dispose();
    }

    public override async ValueTask DisposeAsync()
    {
        await output.DisposeAsync().ConfigureAwait(false);
        await input.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask SendRestAsync(ValueTask write)
    {
        await write.ConfigureAwait(false);
        await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
