using System.Text;
using Fireball.V1;

namespace Fireball.Agent.Core.Tests;

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
            case ExecResponse.StepOneofCase.StdoutData:
                _output.AddRange(response.StdoutData.Span);
                break;
            case ExecResponse.StepOneofCase.StderrData:
                _error.AddRange(response.StderrData.Span);
                break;
            case ExecResponse.StepOneofCase.Exited:
                Exited = response.Exited;
                break;
            default:
                break;
        }
    }
}
