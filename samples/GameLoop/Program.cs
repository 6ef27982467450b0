using System.Globalization;
using PollHttp.GameLoop;

// The sample starts itself once more as its server, so that the server's work does not show in the frame times.
if (args is ["--serve", string rate])
{
    return await FileServer.RunAsync(long.Parse(rate, CultureInfo.InvariantCulture));
}

try
{
    if (args is ["--help" or "-h", ..])
    {
        Console.WriteLine(Settings.Usage);
        return 0;
    }

    Settings settings = Settings.Parse(args);
    using ServerProcess server = ServerProcess.Start(settings.LinkBytes);
    return new Game(settings, server.Url).Play();
}
catch (Exception e) when (e is SampleException or HttpRequestException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
