using Fireball.Zmtp.Benchmark;

// local_lat, remote_lat, local_thr and remote_thr of libzmq's perf directory, in one program: without arguments it
// starts itself as the remote side of each measurement and prints the figures, and those of pyzmq where it is there.
if (args is ["remote", var verb, var path, var remoteSize, var remoteCount])
{
    await RemoteSide.RunAsync(verb, path, int.Parse(remoteSize), int.Parse(remoteCount));
    return 0;
}

if (args.Length > 0)
{
    await Console.Error.WriteLineAsync("usage: zmtp-benchmark");
    return 2;
}

foreach (var size in new[] { 64, 1024 })
{
    var (median, p99, allocated) = await LocalSide.LatencyAsync(size, 20_000);
    Console.WriteLine($"echo     {size,8:N0} B  ours   median {median,7:0.0} us  p99 {p99,7:0.0} us  {allocated:0.000} B allocated a message");
    Print("echo", size, "lat", await PyZmq.RunAsync("lat", size, 10_000));
}

foreach (var (size, count) in new[] { (64, 4_000_000), (1024, 1_000_000), (65_536, 60_000) })
{
    var (seconds, sent, received) = await LocalSide.ThroughputAsync(size, count);
    Console.WriteLine(
        $"one way  {size,8:N0} B  ours   {count / seconds / 1e6,8:0.000} M msg/s  {size * (double)count / seconds / (1 << 20),9:0} MiB/s  "
        + $"{sent:0.000} B allocated a message sent, {received:0.000} received");
    Print("one way", size, "thr", await PyZmq.RunAsync("thr", size, Math.Min(count, 1_000_000)));
}

return 0;

static void Print(string what, int length, string kind, (double First, double Second)? figures)
{
    Console.WriteLine((figures, kind) switch
    {
        (null, _) => $"{what,-8} {length,8:N0} B  pyzmq  not had here",
        ({ } f, "lat") => $"{what,-8} {length,8:N0} B  pyzmq  median {f.First,7:0.0} us  p99 {f.Second,7:0.0} us",
        ({ } f, _) => $"{what,-8} {length,8:N0} B  pyzmq  {f.First,8:0.000} M msg/s  {f.Second,9:0} MiB/s",
    });
}
