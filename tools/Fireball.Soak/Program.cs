using System.Globalization;
using Fireball.Soak;

// soak MINUTES SEED ARTIFACTS: see tools/soak.
TimeSpan time = TimeSpan.FromMinutes(double.Parse(args[0], CultureInfo.InvariantCulture));
int seed = int.Parse(args[1], CultureInfo.InvariantCulture);
return await SoakRun.RunAsync(time, seed, args[2]);
