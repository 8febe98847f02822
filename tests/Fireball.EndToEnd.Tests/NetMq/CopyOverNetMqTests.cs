using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

public sealed class CopyOverNetMqTests(SshServerFixture fixture) : CopyTests(fixture, "netmq"), IClassFixture<SshServerFixture>;
