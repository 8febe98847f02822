namespace Fireball.V1;

/// <summary>
/// The version of the contract between controller and agent: agent.proto, file.proto, launch.proto and the envelope together.
/// Counted up when one of them changes in a way that the other end would misread; a new field is none.
/// </summary>
public static class ContractVersion
{
    /// <summary>The one that this build speaks.</summary>
    public const uint Current = 1;

    /// <summary>The exit status of an agent that was asked for another one: EX_CONFIG of sysexits.h.</summary>
    public const int OtherExitStatus = 78;
}
