using System.Globalization;
using PollHttp;
using PollHttp.Downloader;

// Downloader ADDRESS FILE [SHA-256]: downloads with a bar; stop it with Ctrl-C, start it again, and it goes on where it stopped.
// Without arguments it shows that against a server of its own, which breaks off in the middle.
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

switch (args)
{
    case []:
        return await Demonstration.RunAsync(stop.Token);
    case [var address, var path] when Uri.IsWellFormedUriString(address, UriKind.Absolute):
        return await Transfer.RunAsync(new Uri(address), path, null, stop.Token);
    case [var address, var path, { Length: 64 } digest] when Uri.IsWellFormedUriString(address, UriKind.Absolute):
        return await Transfer.RunAsync(new Uri(address), path, ContentDigest.Sha256(digest), stop.Token);
    default:
        await Console.Error.WriteLineAsync("Downloader ADDRESS FILE [SHA-256]");
        return 2;
}
