using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fireball.Serve;

/// <summary>
/// One connection's way in: it has a place among those that have shown nothing, and a time to show who it is. Without either, any
/// client that reaches the port could hold all places by saying nothing.
/// </summary>
internal sealed class ConnectionAdmission : IDisposable
{
    private readonly ConnectionContext _connection;
    private readonly Admissions.Place _place;
    private readonly Timer _limit;

    private ConnectionAdmission(ConnectionContext connection, Admissions.Place place, TimeSpan timeout)
    {
        (_connection, _place) = (connection, place);
        _limit = new Timer(static state => Abort((ConnectionContext)state!, "it has not shown who it is in time"), connection, timeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gives every connection that is accepted there a place and this much time; those without a place are closed.</summary>
    public static void Require(ListenOptions listen, Admissions places, TimeSpan timeout) => listen.Use(next => async connection =>
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!places.TryEnter(address, () => Abort(connection, "it made room for another one"), out Admissions.Place? place))
        {
            Abort(connection, "there is no place for it");
            return;
        }

        using (place)
        using (var admission = new ConnectionAdmission(connection, place, timeout))
        {
            connection.Features.Set(admission);
            await next(connection).ConfigureAwait(false);
        }
    });

    /// <summary>Admits every connection that has come so far: below TLS, those whose handshake is done.</summary>
    public static void Grant(ListenOptions listen) => listen.Use(next => connection =>
        connection.Features.Get<ConnectionAdmission>()?.TryAdmit() != false ? next(connection) : Task.CompletedTask);

    /// <summary>It has shown who it is; false: it is closed, since there is no place for it.</summary>
    public bool TryAdmit()
    {
        if (!_place.TryAdmit())
        {
            Abort(_connection, "there is no place for it");
            return false;
        }

        _limit.Change(Timeout.Infinite, Timeout.Infinite);
        return true;
    }

    public void Dispose() => _limit.Dispose();

    private static void Abort(ConnectionContext connection, string reason) => connection.Abort(new ConnectionAbortedException(reason));
}
