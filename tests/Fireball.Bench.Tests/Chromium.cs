using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Fireball.TestSupport;

namespace Fireball.Bench.Tests;

/// <summary>A real browser without a window, spoken to by the DevTools protocol.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly TemporaryDirectory _profile;
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(3));
    private string _session = "";
    private int _calls;

    private Chromium(TemporaryDirectory profile, Process process) => (_profile, _process) = (profile, process);

    /// <summary>What the page's console has said: messages, exceptions, resources that could not be loaded.</summary>
    public List<string> Console { get; } = [];

    /// <summary>What the page has asked the network for.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Starts the browser and opens a file; returns when it is loaded.</summary>
    public static async Task<Chromium> OpenAsync(string file)
    {
        var profile = new TemporaryDirectory("fbchromium");
        var start = new ProcessStartInfo(Requirements.Find("chromium")!)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                // As root, as tests in a container run, its sandbox cannot be made.
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "about:blank",
            },
        };
        start.Environment["HOME"] = profile.Path;
        var browser = new Chromium(profile, Process.Start(start)!);
        try
        {
            await browser.ConnectAsync(file);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        JsonNode answer = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true });
        return answer["exceptionDetails"] is { } failure
            ? throw new InvalidOperationException(failure.ToJsonString())
            : answer["result"]!["value"];
    }

    /// <summary>Shows the page as on another medium or with other preferences.</summary>
    public Task EmulateAsync(string medium, string colorScheme) => CallAsync(
        "Emulation.setEmulatedMedia",
        new JsonObject
        {
            ["media"] = medium,
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = colorScheme }),
        });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _profile.Dispose();
        _limit.Dispose();
    }

    private async Task ConnectAsync(string file)
    {
        const string Marker = "DevTools listening on ";
        string? line;
        do
        {
            line = await _process.StandardError.ReadLineAsync(_limit.Token)
                ?? throw new InvalidOperationException("chromium ended before it listened");
        }
        while (!line.StartsWith(Marker, StringComparison.Ordinal));

        // Read on, so that it never waits for us.
        _ = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        await _socket.ConnectAsync(new Uri(line[Marker.Length..].Trim()), _limit.Token);
        JsonNode target = await CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        JsonNode attached = await CallAsync(
            "Target.attachToTarget", new JsonObject { ["targetId"] = target["targetId"]!.GetValue<string>(), ["flatten"] = true });
        _session = attached["sessionId"]!.GetValue<string>();
        foreach (string domain in (string[])["Page", "Runtime", "Log", "Network"])
        {
            await CallAsync($"{domain}.enable", []);
        }

        await CallAsync("Page.navigate", new JsonObject { ["url"] = $"file://{file}" });
        while ((await ReceiveAsync())["method"]?.GetValue<string>() != "Page.loadEventFired")
        {
            // Notices on the way are kept by ReceiveAsync.
        }
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        int id = ++_calls;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session.Length > 0)
        {
            call["sessionId"] = _session;
        }

        await _socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, true, _limit.Token);
        while (true)
        {
            JsonNode message = await ReceiveAsync();
            if (message["id"]?.GetValue<int>() == id)
            {
                return message["result"] ?? throw new InvalidOperationException($"{method}: {message.ToJsonString()}");
            }
        }
    }

    private async Task<JsonNode> ReceiveAsync()
    {
        using var text = new MemoryStream();
        byte[] buffer = new byte[BufferBytes];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), _limit.Token);
            text.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        JsonNode message = JsonNode.Parse(text.ToArray())!;
        switch (message["method"]?.GetValue<string>())
        {
            case "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded":
                Console.Add(message["params"]!.ToJsonString());
                break;
            case "Network.requestWillBeSent":
                Requests.Add(message["params"]!["request"]!["url"]!.GetValue<string>());
                break;
        }

        return message;
    }
}
