using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fireball.TestSupport;

namespace Fireball.Zmtp.Tests;

/// <summary>A libzmq socket in a Python process (peers/zmq_peer.py).</summary>
internal sealed class PythonPeer : IAsyncDisposable
{
    /// <summary>Debian's python3-zmq belongs to this interpreter.</summary>
    public const string Python = "/usr/bin/python3";

    private readonly Process _process;

    private PythonPeer(Process process, string endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    /// <summary>Where it listens, or what it connects to.</summary>
    public string Endpoint { get; }

    /// <summary>Null where pyzmq is installed; otherwise what is missing.</summary>
    public static string? Missing { get; } = FindOut();

    public static async Task<PythonPeer> StartAsync(JsonObject config)
    {
        var start = new ProcessStartInfo(Python)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "peers", "zmq_peer.py"), config.ToJsonString() },
        };
        var process = Process.Start(start)!;
        var ready = await ReadAsync(process);
        return new PythonPeer(process, (string)ready["ready"]!);
    }

    public async Task SendAsync(params byte[][] parts)
    {
        var answer = await AskAsync(new JsonObject
        {
            ["do"] = "send",
            ["parts"] = new JsonArray([.. parts.Select(part => JsonValue.Create(Convert.ToBase64String(part)))]),
        });
        Assert.True(answer.ContainsKey("ok"), answer.ToJsonString());
    }

    public async Task<byte[][]> ReceiveAsync()
    {
        var answer = await AskAsync(new JsonObject { ["do"] = "recv" });
        Assert.True(answer.ContainsKey("parts"), answer.ToJsonString());
        return [.. answer["parts"]!.AsArray().Select(part => Convert.FromBase64String((string)part!))];
    }

    /// <summary>Sends every message back, so many times; the task ends with the last.</summary>
    public async Task EchoAsync(int count) => await AskAsync(new JsonObject { ["do"] = "echo", ["count"] = count });

    /// <summary>Waits for one of these events of its socket's monitor; gives name and value.</summary>
    public async Task<(string Name, int Value)> EventAsync(params string[] names)
    {
        var answer = await AskAsync(new JsonObject
        {
            ["do"] = "event",
            ["names"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]),
        });
        Assert.True(answer.ContainsKey("event"), answer.ToJsonString());
        return ((string)answer["event"]!, (int)answer["value"]!);
    }

    public ValueTask DisposeAsync() => new(Processes.EndAsync(_process));

    private static string? FindOut()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Python, ["-c", "import zmq"]) { UseShellExecute = false, RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : "needs python3-zmq, not had here";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "needs python3-zmq, not had here";
        }
    }

    private static async Task<JsonObject> ReadAsync(Process process)
    {
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return JsonSerializer.Deserialize<JsonObject>(line ?? throw new InvalidOperationException("the Python peer ended"))!;
    }

    private async Task<JsonObject> AskAsync(JsonObject request)
    {
        await _process.StandardInput.WriteLineAsync(request.ToJsonString());
        await _process.StandardInput.FlushAsync();
        return await ReadAsync(_process);
    }
}
