using System.Collections.Concurrent;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests.Wire;

/// <summary>Many calls at once, of which some are canceled at any moment: of each attempt the calls come in order, and the end once.</summary>
[Trait("ask", "A-24")]
public sealed class WireCrowdTests
{
    private const int Calls = 300;

    /// <summary>Only a test that hangs waits so long.</summary>
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("sockets, background, http")]
    [InlineData("sockets, background, https")]
    [InlineData("simulated, manual, http")]
    [InlineData("simulated, run, https, choppy")]
    public void Every_attempt_has_its_calls_in_order_and_one_end(string setting)
    {
        Trail trail = new();
        ScriptedHttpServer server = new(r => r.Target == "/" ? "HTTP/1.1 302 Found\r\nLocation: /on\r\nContent-Length: 0\r\n\r\n" : ServerReply.Text(new string('x', 5000)));
        Play.Run(
            setting,
            server,
            async scene =>
            {
                await Task.WhenAll(Enumerable.Range(0, Calls).Select(i => CallAsync(scene, i)));
                if (!scene.Setting.IsSimulated)
                {
                    Assert.True(SpinWait.SpinUntil(() => trail.HasEnded(Calls), s_guard));
                }
            },
            options =>
            {
                options.WireObserver = trail;
                options.MaxConnectionsPerServer = 5;
            });

        Assert.True(trail.HasEnded(Calls));
        foreach (string told in trail.Attempts.Values.Select(static attempt => string.Concat(attempt)))
        {
            Assert.Matches("^(request (response )?)?end $", told);
        }
    }

    private static async Task CallAsync(Scene scene, int number)
    {
        using CancellationTokenSource source = new();
        Task<Response> sending = scene.GetAsync("/", source.Token);
        if (number % 3 == 0)
        {
            source.Cancel();
        }

        try
        {
            using Response response = await sending;
            if (number % 3 == 1)
            {
                await response.ReadAsByteArrayAsync();
            }
        }
        catch (OperationCanceledException) when (number % 3 == 0)
        {
            // As it was asked to be.
        }
    }

    private sealed class Trail : WireObserver
    {
        public ConcurrentDictionary<(long Call, int Attempt), ConcurrentQueue<string>> Attempts { get; } = new();

        public bool HasEnded(int calls) =>
            Attempts.Keys.Select(static k => k.Call).Distinct().Count() == calls && Attempts.Values.All(static attempt => attempt.Contains("end "));

        public override void OnRequest(WireExchange exchange) => Tell(exchange, "request ");

        public override void OnResponse(WireExchange exchange) => Tell(exchange, "response ");

        public override void OnEnd(WireExchange exchange) => Tell(exchange, "end ");

        private void Tell(WireExchange exchange, string what) => Attempts.GetOrAdd((exchange.Call, exchange.Attempt), static _ => new()).Enqueue(what);
    }
}
