using PollHttp.Compare;

// One executable, three roles: the harness that a person starts, and the server and the contestants that the harness starts.
switch (args)
{
    case ["--kestrel", string certificate]:
        return await KestrelServer.RunAsync(certificate);
    case ["--cold", string name, string url]:
        return await ColdStart.RunAsync(name, url);
    case ["--contestant", string name, string job]:
        return await ContestantProcess.RunAsync(name, job);
    default:
        if (Settings.Parse(args) is not { } settings)
        {
            await Console.Error.WriteLineAsync(Settings.Usage);
            return 2;
        }

        return await new Harness(settings).RunAsync();
}
