using Grpc.Core;

namespace Fireball.Rpc.Tests;

/// <summary>Answers as each test tells it to; what it is not told answers with what it got.</summary>
internal sealed class ProbeService : Probe.ProbeBase
{
    public Func<Note, ServerCallContext, Task<Note>> OnUnary { get; init; } = (note, _) => Task.FromResult(note);

    public Func<IAsyncStreamReader<Note>, ServerCallContext, Task<Note>> OnCollect { get; init; } = async (notes, context) =>
    {
        var sum = new Note();
        while (await notes.MoveNext(context.CancellationToken))
        {
            sum.Number += notes.Current.Number;
            sum.Text += notes.Current.Text;
        }

        return sum;
    };

    public Func<Note, IServerStreamWriter<Note>, ServerCallContext, Task> OnCount { get; init; } = async (note, writer, context) =>
    {
        for (var i = 1; i <= note.Number; i++)
        {
            await writer.WriteAsync(new Note { Number = i, Body = note.Body }, context.CancellationToken);
        }
    };

    public Func<IAsyncStreamReader<Note>, IServerStreamWriter<Note>, ServerCallContext, Task> OnChat { get; init; } =
        async (notes, writer, context) =>
        {
            while (await notes.MoveNext(context.CancellationToken))
            {
                await writer.WriteAsync(notes.Current, context.CancellationToken);
            }
        };

    public override Task<Note> Unary(Note request, ServerCallContext context) => OnUnary(request, context);

    public override Task<Note> Collect(IAsyncStreamReader<Note> requestStream, ServerCallContext context) =>
        OnCollect(requestStream, context);

    public override Task Count(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context) =>
        OnCount(request, responseStream, context);

    public override Task Chat(
        IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context) =>
        OnChat(requestStream, responseStream, context);
}
