using System.Text;
using Fireball.V1;

namespace Fireball.Agent.Services.Tests;

/// <summary>All that an Exec said.</summary>
internal sealed class ExecResult
{
    private readonly List<byte> _output = [];
    private readonly List<byte> _error = [];

    internal List<ExecResponse.StepOneofCase> Steps { get; } = [];

    internal uint Pid { get; private set; }

    internal ExecExited? Exited { get; private set; }

    internal byte[] Output => [.. _output];

    internal string Text => Encoding.UTF8.GetString(Output);

    internal string Error => Encoding.UTF8.GetString([.. _error]);

    internal void Add(ExecResponse response)
    {
        Steps.Add(response.StepCase);
        switch (response.StepCase)
        {
            case ExecResponse.StepOneofCase.Started:
                Pid = response.Started.Pid;
                break;
            case ExecResponse.StepOneofCase.Stdout:
                _output.AddRange(response.Stdout.Span);
                break;
            case ExecResponse.StepOneofCase.Stderr:
                _error.AddRange(response.Stderr.Span);
                break;
            case ExecResponse.StepOneofCase.Exited:
                Exited = response.Exited;
                break;
            default:
                break;
        }
    }
}
