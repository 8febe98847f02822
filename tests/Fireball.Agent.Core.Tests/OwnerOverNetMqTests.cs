namespace Fireball.Agent.Core.Tests;

public sealed class OwnerOverNetMqTests() : OwnerTests(NetMqTransport.Instance);
