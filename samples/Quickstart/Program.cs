using PollHttp.Quickstart;

// The sample starts itself once more as its server, so that the server's work is not counted as the client's.
if (args is ["--serve"])
{
    return await ChangeLogServer.RunAsync();
}

try
{
    if (args is [string address, ..])
    {
        await Tour.RunAsync(ParseUrl(address), server: null);
    }
    else
    {
        using ServerProcess server = ServerProcess.Start();
        await Tour.RunAsync(server.Url, server);
    }

    return 0;
}
catch (Exception e) when (e is SampleException or ArgumentException or HttpRequestException or IOException or OperationCanceledException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

static Uri ParseUrl(string address) =>
    Uri.TryCreate(address, UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https" } && url.Host.Length > 0
        ? new Uri(url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)) // without user and password: it is printed
        : throw new SampleException($"\"{address}\" is not a URL of the form http://host/path or https://host/path.");
