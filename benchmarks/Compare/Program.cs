using PollHttp.Compare;

// One executable, three roles: the harness that a person starts, and the server and the contestants that the harness starts.
if (args is ["--server"])
{
    return await HelloServer.RunAsync();
}

if (args is ["--contestant", string name, string port])
{
    return await ContestantProcess.RunAsync(name, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
}

if (Settings.Parse(args) is not { } settings)
{
    await Console.Error.WriteLineAsync(Settings.Usage);
    return 2;
}

return await Harness.RunAsync(settings);
