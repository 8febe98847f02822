using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

public sealed class CopyOverZmqTests(SshServerFixture fixture) : CopyTests(fixture, null), IClassFixture<SshServerFixture>;
