namespace Fireball.EndToEnd.Tests;

public sealed class Arm64OverZmqTests(Arm64Guest guest) : Arm64Tests(guest, null), IClassFixture<Arm64Guest>;
