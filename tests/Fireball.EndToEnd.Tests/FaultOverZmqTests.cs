using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

public sealed class FaultOverZmqTests(SshServerFixture fixture) : FaultTests(fixture, null), IClassFixture<SshServerFixture>;
