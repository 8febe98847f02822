namespace Fireball.EndToEnd.Tests;

public sealed class Arm64OverGrpcTests(Arm64Guest guest) : Arm64Tests(guest, "grpc"), IClassFixture<Arm64Guest>;
