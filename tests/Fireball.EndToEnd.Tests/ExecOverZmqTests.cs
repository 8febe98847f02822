using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

public sealed class ExecOverZmqTests(SshServerFixture fixture) : ExecTests(fixture, null), IClassFixture<SshServerFixture>;
