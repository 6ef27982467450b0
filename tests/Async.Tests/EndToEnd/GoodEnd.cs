using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Invariant 7, as numbers: whatever ended the requests, nothing of them is left.</summary>
internal static class GoodEnd
{
    /// <summary>No exchange is under way, and whatever connection is open waits for the next one.</summary>
    public static bool IsQuiet(ConnectionPool pool) => pool.ActiveExchanges == 0 && pool.OpenConnections == pool.IdleConnections;

    public static void AssertQuiet(ConnectionPool pool) => Assert.True(IsQuiet(pool), Describe(pool));

    public static void AssertClosed(ConnectionPool pool) => Assert.True(IsQuiet(pool) && pool.OpenConnections == 0, Describe(pool));

    public static void AssertClosed(PollLoop loop) => Assert.Equal(
        "0 connections, 0 timers", $"{loop.OpenConnections} connections, {loop.PendingTimers} timers");

    public static string Describe(ConnectionPool pool) =>
        $"{pool.ActiveExchanges} exchanges are under way; {pool.OpenConnections} connections are open, {pool.IdleConnections} of them idle.";
}
