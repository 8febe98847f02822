using Fireball.PeerBenchmark;

// What is started as a second process.
switch (args)
{
    case ["zmtp-remote", "fireball", var endPoint]:
        await FireballZmtpRemote.RunAsync(ZmtpCarrier.Parse(endPoint));
        return 0;
    case [NetMqProcess.Verb, .. var port]:
        return NetMqProcess.Run(port.FirstOrDefault());
    case [var unknown, ..]:
        await Console.Error.WriteLineAsync($"bench-peers: {unknown}: it takes no argument");
        return 2;
}

var report = new Report();
Console.WriteLine($"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");
await ZmtpSection.RunAsync(report);
return report.Summarise() ? 0 : 1;
