using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>
/// A client on a loop polled by hand over a simulated network, for tests that need virtual time or an exact order of events.
/// Disposing it checks that nothing is left.
/// </summary>
internal sealed class ManualScene : IDisposable
{
    private readonly SynchronizationContext? _context = SynchronizationContext.Current;
    private readonly SlabPool _slabs = new();

    public ManualScene(SimulatedNetwork? network = null, Action<PollHttpClientOptions>? configure = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        Network = network ?? new();
        Loop = new(Network);
        PollHttpClientOptions options = new() { Slabs = _slabs };
        configure?.Invoke(options);
        Client = new(Loop, options);
    }

    public SimulatedNetwork Network { get; }

    public PollLoop Loop { get; }

    public PollHttpClient Client { get; }

    /// <summary>How far the clock is moved when a Poll moved nothing.</summary>
    public TimeSpan Frame { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Calls of Poll so far: the points at which something else can happen in between.</summary>
    public int Points { get; private set; }

    /// <summary>Called at each point with its number.</summary>
    public Action<int>? AtPoint { get; set; }

    /// <summary>What each Poll may do.</summary>
    public PollBudget Budget { get; init; }

    public void Serve(IServerScript script, ListenOptions? options = null) => Network.Listen("server.test", 80, script, options);

    public T Await<T>(Task<T> task)
    {
        Await((Task)task);
        return task.GetAwaiter().GetResult();
    }

    public void Await(Task task)
    {
        DriveUntil(() => task.IsCompleted);
        task.GetAwaiter().GetResult();
    }

    public void DriveUntil(Func<bool> isOver)
    {
        TimeSpan start = Network.Clock.Elapsed;
        while (!isOver())
        {
            AtPoint?.Invoke(++Points);
            if (!Loop.Poll(Budget))
            {
                Assert.True(Network.Clock.Elapsed - start < TimeSpan.FromMinutes(10), "The end has not come in ten minutes of virtual time.");
                Network.Advance(Frame);
            }
        }
    }

    /// <summary>Lets everything that is due now happen, without moving the clock.</summary>
    public void Settle()
    {
        while (Loop.Poll())
        {
        }
    }

    /// <summary>Fails unless the client works as before.</summary>
    public void AssertUsable(string address = "http://server.test/again")
    {
        using Response response = Await(Client.GetAsync(address));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Await(response.ReadAsByteArrayAsync());
    }

    public void Dispose()
    {
        AtPoint = null;
        DriveUntil(() => GoodEnd.IsQuiet(Client.Pool));
        Client.Dispose();
        GoodEnd.AssertClosed(Client.Pool);
        GoodEnd.AssertClosed(Loop);
        Assert.Equal((0, 0), (Network.OpenTransports, Network.OpenLookups));
        Assert.Equal(0, _slabs.Outstanding);
        Loop.Dispose();
        Assert.Equal(0, Network.OpenPollers);
        SynchronizationContext.SetSynchronizationContext(_context);
    }
}
