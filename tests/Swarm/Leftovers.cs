namespace PollHttp.Swarm;

/// <summary>What must not be left when all calls are over.</summary>
internal static class Leftovers
{
    private static readonly List<string> s_unobserved = [];

    public static void WatchUnobserved() => TaskScheduler.UnobservedTaskException += static (_, e) =>
    {
        lock (s_unobserved)
        {
            s_unobserved.Add(e.Exception.ToString());
        }
    };

    /// <summary>Gets a value indicating whether every connection is idle or closed and no exchange is under way.</summary>
    public static bool IsQuiet(ConnectionPool? pool) => pool is null || (pool.ActiveExchanges == 0 && pool.OpenConnections == pool.IdleConnections);

    public static string Describe(ConnectionPool? pool) => pool is null ? "nothing was sent" :
        $"{pool.ActiveExchanges} exchanges under way, {pool.OpenConnections} connections open, {pool.IdleConnections} of them idle";

    public static void ExpectQuiet(Ledger ledger, ConnectionPool? pool, Func<string> describe)
    {
        if (!IsQuiet(pool))
        {
            ledger.Fail("left over: connections with no call", $"{Describe(pool)}\n{describe()}");
        }
    }

    /// <summary>Has the garbage collector find what was dropped; at the beginning, and then less and less often.</summary>
    public static void Collect(int round)
    {
        if (round < 5 || round % 20 == 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    public static void CollectUnobserved(Ledger ledger)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        lock (s_unobserved)
        {
            foreach (string error in s_unobserved)
            {
                ledger.Fail("unobserved exception", error);
            }

            s_unobserved.Clear();
        }
    }
}
