using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Polled;

/// <summary>A polled download, the network it lives in, and a stream that it writes to.</summary>
internal sealed class PollDownloadScene : IDisposable
{
    public PollDownloadScene() => Download = new(Network, Options);

    public SimulatedNetwork Network { get; } = new();

    public PollDownloadOptions Options { get; } = new();

    public PollDownload Download { get; }

    public MemoryStream Got { get; } = new();

    public string Text => Encoding.Latin1.GetString(Got.ToArray());

    public ScriptedHttpServer Serve(Func<ServerRequest, ServerReply> answer, string host = "files.test", int port = 80)
    {
        ScriptedHttpServer server = new(answer);
        Network.Listen(host, port, server);
        return server;
    }

    public PollDownloadResult Run(string address = "http://files.test/")
    {
        Got.SetLength(0);
        Download.Start(new(address), Got);
        return Finish();
    }

    public PollDownloadResult RunToFile(string path, string address = "http://files.test/")
    {
        Download.StartToFile(new(address), path);
        return Finish();
    }

    public PollDownloadResult Finish()
    {
        for (int i = 0; !Download.IsOver; i++)
        {
            Assert.True(i < 100_000, "The download does not end.");
            Download.Poll();
            Network.Advance(TimeSpan.FromMilliseconds(1));
        }

        return Download.Result;
    }

    public void Dispose()
    {
        Download.Dispose();
        Assert.Equal((0, 0), (Network.OpenTransports, Network.OpenLookups));
    }
}
