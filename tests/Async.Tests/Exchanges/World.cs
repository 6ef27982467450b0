using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>A small simulated internet with a client in it, driven by hand; at its end nothing may be left of any exchange.</summary>
internal sealed class World : IDisposable
{
    private readonly SlabPool _slabs;
    private readonly PollLoop _loop;
    private readonly bool _isSteady;

    /// <param name="configure">Sets the options of the client.</param>
    /// <param name="seed">That of the network.</param>
    /// <param name="slabs">The pool of buffers, or null for one of its own.</param>
    /// <param name="around">Puts another network around.</param>
    /// <param name="isSteady">Whether the test counts polls, or what they come to: it is not run under <see cref="LoopDrive"/>'s hostile drive.</param>
    public World(Action<PollHttpClientOptions>? configure = null, int seed = 7, SlabPool? slabs = null, Func<INetwork, INetwork>? around = null, bool isSteady = false)
    {
        Network = new(seed);
        INetwork network = around?.Invoke(Network) ?? Network;
        _isSteady = isSteady;
        _loop = new(isSteady ? network : LoopDrive.Around(network));
        _slabs = slabs ?? new();
        PollHttpClientOptions options = new() { Slabs = _slabs };
        configure?.Invoke(options);
        Client = new(_loop, options);
    }

    public SimulatedNetwork Network { get; }

    public PollHttpClient Client { get; }

    public PollLoop Loop => _loop;

    /// <summary>Serves a host; the default port is that of http.</summary>
    public ScriptedHttpServer Serve(string host, Func<ServerRequest, ServerReply> answer, int port = 80, LinkOptions? link = null)
    {
        ScriptedHttpServer server = new(answer);
        Network.Listen(host, port, server, new ListenOptions { Link = link });
        return server;
    }

    public T Run<T>(Task<T> task)
    {
        Drive(() => task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }

    public void Wait(Task task)
    {
        Drive(() => task.IsCompleted);
        task.GetAwaiter().GetResult();
    }

    /// <summary>Drives until something is so; when nothing moves, time does.</summary>
    public void Drive(Func<bool> isOver)
    {
        for (int frame = 0; !isOver(); frame++)
        {
            if (!(_isSteady ? _loop.Poll() : LoopDrive.Poll(_loop, frame)))
            {
                _loop.RunInputOutput(Timeout.InfiniteTimeSpan); // moves the time to what comes next: an event of the network, or a timer
            }
        }
    }

    public Response Get(string uri) => Run(Client.GetAsync(uri));

    public string GetText(string uri)
    {
        using Response response = Get(uri);
        return Run(response.ReadAsStringAsync());
    }

    public TException Fails<TException>(Task<Response> task)
        where TException : Exception
    {
        Drive(() => task.IsCompleted);
        return Assert.ThrowsAny<TException>(() => task.GetAwaiter().GetResult());
    }

    /// <summary>What the call itself throws, before there is a task.</summary>
    public TException FailsAtOnce<TException>(string uri)
        where TException : Exception
    {
        Task<Response> sending;
        try
        {
            sending = Client.GetAsync(uri);
        }
        catch (TException error)
        {
            return error;
        }

        throw new Xunit.Sdk.XunitException($"The call returned a task ({sending.Status}).");
    }

    /// <summary>A reply with a status, further field lines, and a text.</summary>
    public static ServerReply Reply(int status, string fields = "", string body = "") => new(
        $"HTTP/1.1 {status} Status\r\n{(fields.Length == 0 ? "" : fields.TrimEnd() + "\r\n")}Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\n\r\n{body}");

    public static ServerReply RedirectTo(string location, int status = 302, string body = "moved") => Reply(status, "Location: " + location, body);

    public void Dispose()
    {
        Drive(() => GoodEnd.IsQuiet(Client.Pool));
        Client.Dispose();
        GoodEnd.AssertClosed(Client.Pool);
        GoodEnd.AssertClosed(_loop);
        _loop.Dispose();
        Assert.Equal(0, Network.OpenTransports);
        Assert.Equal(0, _slabs.Outstanding);
    }
}
