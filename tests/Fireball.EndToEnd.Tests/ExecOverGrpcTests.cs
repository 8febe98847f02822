using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

public sealed class ExecOverGrpcTests(SshServerFixture fixture) : ExecTests(fixture, "grpc"), IClassFixture<SshServerFixture>;
