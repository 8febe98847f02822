using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

public sealed class FaultOverGrpcTests(SshServerFixture fixture) : FaultTests(fixture, "grpc"), IClassFixture<SshServerFixture>;
