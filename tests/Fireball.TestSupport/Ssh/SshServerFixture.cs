
namespace Fireball.TestSupport;

/// <summary>A plain sshd for a class of tests; not started where there is no sshd, as such tests are skipped.</summary>
public sealed class SshServerFixture : IAsyncLifetime
{
    private SshServer? _server;

    /// <summary>The running server.</summary>
    public SshServer Server => _server ?? throw new InvalidOperationException("needs sshd; mark the test [RequiresFact(\"sshd\")]");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Requirements.Missing(["sshd", "ssh"]) is null)
        {
            _server = await SshServer.StartAsync();
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
