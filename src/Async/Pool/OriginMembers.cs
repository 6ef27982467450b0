using PollHttp.Connections;
using PollHttp.Exchanges;

namespace PollHttp.Pool;

/// <summary>Holds what a pool ends at its shutdown, as it was at one moment.</summary>
internal readonly struct OriginMembers
{
    public required SharedHost[] Shared { get; init; }

    /// <summary>Gets the connections being made, if the needed ones continue.</summary>
    public required PooledConnection[] Dialed { get; init; }

    /// <summary>Gets the connections to close: all of them, or the ones that were idle.</summary>
    public required PooledConnection[] Connections { get; init; }

    /// <summary>Gets the exchanges that were taken out of the wait queue.</summary>
    public required Exchange[] Waiting { get; init; }

    /// <summary>Ends all of them. The caller holds no lock.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="abort">True if exchanges under way end too.</param>
    public void End(OriginPool pool, bool abort)
    {
        foreach (Exchange exchange in Waiting)
        {
            exchange.Fail(pool.Pool.Disposed());
        }

        foreach (PooledConnection connection in Connections)
        {
            if (abort || pool.TryTakeIdle(connection))
            {
                connection.Terminate(pool.Pool.Disposed());
            }
        }

        Array.ForEach(Dialed, static c => c.CloseUnneededDial());
        foreach (SharedHost shared in Shared)
        {
            if (abort)
            {
                shared.Terminate(pool.Pool.Disposed());
            }
            else
            {
                shared.Retire();
            }
        }
    }
}
