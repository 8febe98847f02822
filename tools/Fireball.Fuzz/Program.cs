using Fireball.Fuzz;
using SharpFuzz;

// --list                names of the targets
// TARGET                under afl-fuzz, which gives the inputs
// TARGET FILE ...       runs files through it; ends with the exception of the first that fails
if (args is ["--list"])
{
    Console.WriteLine(string.Join('\n', FuzzTargets.All.Keys));
    return 0;
}

if (args.Length == 0 || !FuzzTargets.All.TryGetValue(args[0], out Action<byte[]>? target))
{
    Console.Error.WriteLine("usage: Fireball.Fuzz --list | TARGET [FILE ...]");
    return 2;
}

foreach (string file in args[1..])
{
    Console.WriteLine(file);
    target(File.ReadAllBytes(file));
}

if (args.Length == 1)
{
    Fuzzer.OutOfProcess.Run(stream =>
    {
        using var input = new MemoryStream();
        stream.CopyTo(input);
        target(input.ToArray());
    });
}

return 0;
