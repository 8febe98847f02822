using System.Text;

namespace Fireball.EndToEnd.Tests;

/// <summary>What a run of the command left.</summary>
internal sealed record Run(int ExitCode, byte[] OutputBytes, byte[] ErrorBytes)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public string Error => Encoding.UTF8.GetString(ErrorBytes);

    /// <summary>It ended with this status and, unless that is wanted, without a word on standard error.</summary>
    public Run Exits(int status)
    {
        Assert.True(ExitCode == status, $"exit status {ExitCode}, not {status}: {Error}");
        return this;
    }
}
