using System.Globalization;
using Fireball.Bench;

return args switch
{
    // Started by ssh, and by the floor; not by a person.
    [DelayRelay.Verb, var milliseconds, var host, var port] => await DelayRelay.RunAsync(
        TimeSpan.FromMilliseconds(double.Parse(milliseconds, CultureInfo.InvariantCulture)),
        host,
        int.Parse(port, CultureInfo.InvariantCulture)),
    [FloorServer.Verb, var path] => FloorServer.Run(path),
    _ => await BenchCommand.RunAsync(args, Console.Out, Console.Error),
};
