using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

public sealed class CopyOverGrpcTests(SshServerFixture fixture) : CopyTests(fixture, "grpc"), IClassFixture<SshServerFixture>;
