using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Waits as the remarks of <see cref="PollClient"/> say: for Connection, Contenders, and the deadline in Wants.</summary>
internal sealed class OuterLoop(SimulatedNetwork network) : IDisposable
{
    private readonly IPoller _poller = network.CreatePoller();
    private readonly List<ITransport> _ready = [];

    public int Polls { get; private set; }

    public void RunWhile(PollClient client, params PollStatus[] statuses)
    {
        while (Array.IndexOf(statuses, client.Poll()) >= 0)
        {
            Assert.True(++Polls < 10_000, "The loop spins.");
            Wait(client);
        }
    }

    public void Dispose() => _poller.Dispose();

    private void Wait(PollClient client)
    {
        TransportInterest interest = client.Interest;
        if ((interest & TransportInterest.Immediate) != 0)
        {
            return;
        }

        ITransport[] transports = [.. client.Connection is { } main && interest != TransportInterest.None ? [main] : (ITransport[])[], .. client.Contenders];
        foreach (ITransport transport in transports)
        {
            _poller.Set(transport, transport == client.Connection ? interest : transport.GetInterest(TransportInterest.None));
        }

        TimeSpan timeout = client.Wants.Deadline == Instant.Never ? Timeout.InfiniteTimeSpan : client.Wants.Deadline - Instant.Now(network.TimeProvider);
        _poller.Wait(timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : timeout, _ready);
        _ready.Clear();
        foreach (ITransport transport in transports)
        {
            _poller.Set(transport, TransportInterest.None);
        }
    }
}
