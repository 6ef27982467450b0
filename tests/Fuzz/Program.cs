using PollHttp.Fuzz;
using SharpFuzz;

if (args.Length is < 1 or > 3 || !Target.All.TryGetValue(args[0], out Target? target) || (args.Length == 3 && args[1] != "--seeds"))
{
    Console.Error.WriteLine($"Usage: TARGET [FILE… | --seeds FOLDER], where TARGET is {string.Join(", ", Target.All.Keys)}. Without a file, afl-fuzz gives the inputs.");
    return 2;
}

if (args.Length == 3)
{
    Directory.CreateDirectory(args[2]);
    int number = 0;
    foreach (byte[] seed in target.Seeds)
    {
        File.WriteAllBytes(Path.Combine(args[2], $"seed-{number++:000}"), seed);
    }

    return 0;
}

if (args.Length == 2)
{
    foreach (string file in Directory.Exists(args[1]) ? Directory.GetFiles(args[1]) : [args[1]])
    {
        target.Run(File.ReadAllBytes(file));
    }

    return 0;
}

Fuzzer.OutOfProcess.Run(stream =>
{
    using MemoryStream input = new();
    stream.CopyTo(input);
    target.Run(input.ToArray());
});
return 0;
