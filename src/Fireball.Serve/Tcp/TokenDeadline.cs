using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fireball.Serve;

/// <summary>
/// The time that a connection has to show the token. Without it, any client that reaches the port could hold all places
/// by saying nothing.
/// </summary>
internal sealed class TokenDeadline : IDisposable
{
    private readonly Timer _limit;

    private TokenDeadline(ConnectionContext connection, TimeSpan timeout) => _limit = new Timer(
        static state => ((ConnectionContext)state!).Abort(new ConnectionAbortedException("no call with the token in time")),
        connection,
        timeout,
        Timeout.InfiniteTimeSpan);

    /// <summary>Gives every connection that is accepted there this much time.</summary>
    public static void Limit(ListenOptions listen, TimeSpan timeout) => listen.Use(next => async connection =>
    {
        using var deadline = new TokenDeadline(connection, timeout);
        connection.Features.Set(deadline);
        await next(connection).ConfigureAwait(false);
    });

    /// <summary>It was shown.</summary>
    public void Lift() => _limit.Change(Timeout.Infinite, Timeout.Infinite);

    public void Dispose() => _limit.Dispose();
}
