using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

public sealed class ExecOverNetMqTests(SshServerFixture fixture) : ExecTests(fixture, "netmq"), IClassFixture<SshServerFixture>;
