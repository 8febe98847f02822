using Fireball.PeerBenchmark;

// What the sections start as second processes.
switch (args)
{
    case ["zmtp-remote", "fireball", var endPoint]:
        await FireballZmtpRemote.RunAsync(ZmtpCarrier.Parse(endPoint));
        return 0;
    case [NetMqProcess.Verb, .. var port]:
        return NetMqProcess.Run(port.FirstOrDefault());
    case ["grpc-server"]:
        await GrpcEchoProcess.ServeAsync();
        return 0;
    case ["grpc-client", var socket]:
        await GrpcEchoProcess.CallAsync(socket);
        return 0;
}

(string Name, Func<Report, Task> Run)[] sections = [("zmtp", ZmtpSection.RunAsync), ("grpc", GrpcSection.RunAsync)];
if (args.Except(sections.Select(section => section.Name)).FirstOrDefault() is { } unknown)
{
    await Console.Error.WriteLineAsync($"bench-peers: no section {unknown}; there are {string.Join(", ", sections.Select(s => s.Name))}");
    return 2;
}

var report = new Report();
Console.WriteLine($"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");
foreach (var section in sections.Where(section => args.Length == 0 || args.Contains(section.Name)))
{
    await section.Run(report);
}

return report.Summarise() ? 0 : 1;
