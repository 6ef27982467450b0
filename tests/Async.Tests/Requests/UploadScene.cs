using System.Globalization;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

/// <summary>A client that uploads to a scripted server over the simulated network, in the two drives that need no real time.</summary>
internal sealed class UploadScene
{
    public const string Address = "http://server.example/up";

    private readonly List<string> _trace = [];

    public UploadScene(params ServerReply[] replies)
        : this(new ScriptedHttpServer(replies.Length == 0 ? [ServerReply.Text("ok")] : replies))
    {
    }

    public UploadScene(IServerScript script, LinkOptions? link = null)
    {
        Server = script as ScriptedHttpServer ?? new ScriptedHttpServer();
        Network = new() { Link = link ?? new(), Trace = _trace };
        Network.Listen("server.example", 80, script);
    }

    /// <summary>Whether the test looks at single sends: it is not run under <see cref="LoopDrive"/>'s hostile drive.</summary>
    public bool IsSteady { get; init; }

    public SimulatedNetwork Network { get; }

    public ScriptedHttpServer Server { get; }

    public PollHttpClientOptions Options { get; } = new();

    public ServerRequest Request => Assert.Single(Server.Requests);

    /// <summary>How many bytes each of the client's sends had.</summary>
    public IReadOnlyList<int> Sends => [.. _trace
        .Where(t => t.Contains("client writes ", StringComparison.Ordinal))
        .Select(t => int.Parse(t[(t.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))];

    public IReadOnlyList<string> Trace => _trace;

    public TimeSpan Elapsed => Network.Clock.Elapsed;

    /// <summary>Sends one request in run drive and gives its status.</summary>
    public int Put(RequestContent content, params (string Name, string Value)[] headers) => Run(async client =>
    {
        using Response response = await client.SendAsync(NewRequest(content, headers));
        _ = await response.ReadAsByteArrayAsync();
        return (int)response.StatusCode;
    });

    public static Request NewRequest(RequestContent content, params (string Name, string Value)[] headers)
    {
        var request = new Request("PUT", Address) { Content = content };
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return request;
    }

    public T Run<T>(Func<PollHttpClient, Task<T>> program)
    {
        return IsSteady ? PollLoop.Run(RunOnAsync, Network) : LoopDrive.Run(RunOnAsync, Network);

        async Task<T> RunOnAsync(PollLoop loop)
        {
            await using var client = new PollHttpClient(loop, Options);
            return await program(client);
        }
    }

    /// <summary>The same in manual drive: the frames of somebody's own loop.</summary>
    public T RunInFrames<T>(Func<PollHttpClient, Task<T>> program)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null); // as in a frame-driven program: the test runner's would take continuations away
        try
        {
            using var loop = new PollLoop(Network);
            using var client = new PollHttpClient(loop, Options);
            Task<T> task = program(client);
            while (!task.IsCompleted)
            {
                if (!loop.Poll() && !Network.Step())
                {
                    Assert.Fail("Nothing is under way, and the program has not ended.");
                }
            }

            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
