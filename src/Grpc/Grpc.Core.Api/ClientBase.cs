using System.Diagnostics;

namespace Grpc.Core;

/// <summary>What every generated client derives from.</summary>
public abstract class ClientBase
{
    /// <summary>A client without a transport, for tests that override its methods.</summary>
    protected ClientBase()
        : this(new UnimplementedCallInvoker())
    {
    }

    /// <summary>A client over a channel.</summary>
    protected ClientBase(ChannelBase channel)
        : this(channel.CreateCallInvoker())
    {
    }

    /// <summary>A client over an invoker.</summary>
    protected ClientBase(CallInvoker callInvoker)
        : this(new ClientBaseConfiguration(callInvoker, host: null))
    {
    }

    /// <summary>A client that shares another one's configuration.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Configuration = configuration;
        CallInvoker = configuration.DecoratedCallInvoker;
    }

    /// <summary>The invoker that carries this client's calls.</summary>
    protected CallInvoker CallInvoker { get; }

    internal ClientBaseConfiguration Configuration { get; }

    /// <summary>What <c>WithHost</c> changes; opaque to user code.</summary>
    protected internal class ClientBaseConfiguration
    {
        private readonly CallInvoker _undecorated;
        private readonly string? _host;

        internal ClientBaseConfiguration(CallInvoker undecorated, string? host)
        {
            ArgumentNullException.ThrowIfNull(undecorated);
            _undecorated = undecorated;
            _host = host;
            DecoratedCallInvoker = host is null ? undecorated : new HostCallInvoker(undecorated, host);
        }

        internal CallInvoker DecoratedCallInvoker { get; }

        internal ClientBaseConfiguration WithHost(string host)
        {
            Debug.Assert(host is not null, "checked by the caller");
            return new ClientBaseConfiguration(_undecorated, host);
        }

        /// <inheritdoc />
        public override string ToString() => _host ?? "default host";
    }
}
