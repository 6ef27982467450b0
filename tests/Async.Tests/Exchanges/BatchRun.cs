using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>One run of <see cref="BatchTests"/>.</summary>
internal sealed class BatchRun
{
    private const int MostSteps = 200_000;
    private const string Last = "/last";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(20);

    private readonly int _seed;
    private readonly Random _random;
    private readonly BatchServer _server;
    private readonly World _world;
    private readonly HttpClient? _handler;
    private readonly List<BatchCall> _calls = [];

    public BatchRun(int seed)
    {
        _seed = seed;
        _random = new(seed);
        _server = new(new Random(seed + 1_000_000));
        _world = new(Configure, seed, isSteady: true);
        _world.Network.Listen("a.test", 80, _server, new ListenOptions
        {
            Link = new()
            {
                Latency = TimeSpan.FromMilliseconds(10 * _random.Next(3)),
                RandomSegments = _random.Next(4) == 0,
                SegmentSize = _random.Next(4) == 0 ? _random.Next(1, 500) : int.MaxValue,
            },
        });
        _world.Client.DefaultRequestVersion = HttpVersion.Version20;
        _world.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        _handler = _random.Next(3) > 0 ? null : new(new PollHttpHandler(_world.Loop))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public List<string> Log => _server.Log;

    public void Play()
    {
        int count = _random.Next(2, 9);
        for (int i = 0; i < count; i++)
        {
            BatchCall call = new(i, new Random((_seed * 100) + i), _world, _handler, Log);
            _calls.Add(call);
            call.Start();
        }

        Drive(() => _calls.TrueForAll(static c => c.Task.IsCompleted), "calls");
        _server.IsCalm = true;
        Task<string> last = LastAsync();
        Drive(() => last.IsCompleted, "the last request");
        Assert.Equal(_server.Attempts.Last(static a => a.Request.Path == Last && a.IsWhole).Body, last.GetAwaiter().GetResult());
        Drive(() => GoodEnd.IsQuiet(_world.Client.Pool), "contents");
        Task rest = PassAsync(TimeSpan.FromSeconds(5));
        Drive(() => rest.IsCompleted, "the output");
        _calls.ForEach(Check);
        _handler?.Dispose();
        Drive(() => _handler is null || _world.Loop.OpenConnections == 0, "connections of the handler");
        _world.Dispose();
        Assert.Empty(_server.Problems);
    }

    private void Configure(PollHttpClientOptions options)
    {
        switch (_random.Next(6))
        {
            case 0:
                options.PooledConnectionIdleTimeout = TimeSpan.Zero;
                break;
            case 1:
                options.PooledConnectionLifetime = TimeSpan.FromMilliseconds(_random.Next(500));
                break;
        }
    }

    private async Task<string> LastAsync()
    {
        if (_handler is not null)
        {
            using HttpResponseMessage message = await _handler.GetAsync(BatchCall.Host + Last);
            return await message.Content.ReadAsStringAsync();
        }

        using Response response = await _world.Client.GetAsync(BatchCall.Host + Last);
        return await response.ReadAsStringAsync();
    }

    /// <summary>Lets time pass: contents that are in memory may still be in the output.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        await Task.Delay(time, _world.Network.TimeProvider);
        _world.Loop.Wake();
    }

    private void Drive(Func<bool> isOver, string what)
    {
        TimeSpan until = _world.Network.Clock.Elapsed + s_limit;
        int steps = 0;
        _world.Drive(() => isOver() || _world.Network.Clock.Elapsed > until || ++steps > MostSteps);
        Assert.True(isOver(), $"{what} are not over after {_world.Network.Clock.Elapsed} and {steps} steps: {string.Join(", ", _calls.Where(static c => !c.Task.IsCompleted))}; {GoodEnd.Describe(_world.Client.Pool)}");
    }

    private void Check(BatchCall call)
    {
        call.Task.GetAwaiter().GetResult();
        BatchAttempt[] attempts = [.. _server.Attempts.Where(a => a.Request.Path == call.Path)];
        string story = $"{call} [{string.Join("; ", (object[])attempts)}]";
        Assert.True(attempts.All(a => call.Content.StartsWith(a.Request.BodyText, StringComparison.Ordinal)), $"content of another: {story}");
        Assert.True(call.IsIdempotent || attempts.SkipLast(1).All(static a => a.IsUnprocessed), $"carried out twice: {story}");
        bool isHeldUp = _calls.Exists(static c => c.IsBlocking); // a thread that blocks runs no code of other calls meanwhile
        if (!isHeldUp && attempts is [.., { IsWhole: true, IsUnprocessed: false, Connection.IsTroubled: false } last] && (call.Method != "CONNECT" || !last.IsReset))
        {
            Assert.True(call.Error is null or RequestTimeoutException || call.HasGivenUp, $"failed for no reason: {story}");
            Assert.True(!MustSendAll(call, last) || (last.Request.IsWhole && last.Request.BodyText == call.Content), $"content cut off: {story}");
        }

        if (call.Number is { } number)
        {
            BatchAttempt answered = _server.Attempts[number];
            Assert.True(answered.Request.Path == call.Path, $"answer of another: {story}");
            Assert.True(answered.Body.StartsWith(call.Text, StringComparison.Ordinal), $"body of another: {story}");
            Assert.True(!call.IsWhole || (answered.IsWhole && answered.Body.Length == call.Text.Length), $"not whole: {story}");
        }
    }

    /// <summary>Determines whether nothing was a reason to give up the content, though the response may have come first. Behind a call that waited until
    /// its time was over, that of the others is nearly over too, and with it that of their contents.</summary>
    private bool MustSendAll(BatchCall call, BatchAttempt attempt) =>
        _handler is null && !_calls.Exists(static c => c.Error is RequestTimeoutException) && _server.GivesCredit && attempt is { Status: 200, IsReset: false } && call.IsWhole;
}
