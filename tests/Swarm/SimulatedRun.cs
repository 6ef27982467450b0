using System.Net;
using System.Net.Security;
using PollHttp.Testing;

namespace PollHttp.Swarm;

/// <summary>One scenario on the simulated network: everything in it follows from the seed, and time is virtual.</summary>
internal sealed class SimulatedRun : ISwarmRun
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(30);

    private readonly SimulatedNetwork _network;
    private readonly SwarmNetwork _outer;
    private readonly Agenda _agenda = new();
    private readonly SlabPool _slabs = new();
    private readonly List<Call> _calls = [];
    private readonly TaskCompletionSource _released = new();
    private readonly SwarmContext? _context;
    private readonly Watchdog _watchdog;
    private readonly IPEndPoint _address;
    private readonly SimulatedServer _server;
    private readonly ListenOptions _listening;
    private PollHttpClient? _client;
    private PollHttpHandler? _handler;
    private HttpClient? _http;
    private SynchronizationContext? _loopContext;
    private bool _isBlocked;
    private TimeSpan _nextBlocking;

    public SimulatedRun(Scenario scenario, Watchdog watchdog)
    {
        Scenario = scenario;
        Ledger = new(scenario);
        _watchdog = watchdog;
        _context = scenario.Client.HasContext ? new() : null;
        _network = new((int)scenario.Seed)
        {
            Link = new()
            {
                Latency = scenario.Latency,
                SegmentSize = scenario.Segment,
                RandomSegments = scenario.HasRandomSegments,
                SendWindow = scenario.Window,
            },
        };
        _outer = new(_network, this);
        _server = new(Ledger, scenario);
        _listening = new() { Tls = TlsBehaviour.ChooseByConnection(ProtocolsOf) };
        _address = new(IPAddress.Parse("10.0.1.1"), scenario.Client.IsTls ? 443 : 80);
        _network.AddHost("server.test", _address.Address);
        _network.Listen(_address, _server, _listening);
        _network.Listen("proxy.test", 3128, new SimulatedProxy(_server, scenario), _listening);
        long bytes = scenario.Calls.Sum(static c => (long)c.Answer.Length + (c.Content?.Length ?? 0));
        double frames = scenario.Client.Budget.Bytes > 0 ? bytes / (double)scenario.Client.Budget.Bytes : 0;
        Margin = TimeSpan.FromSeconds(1) + (scenario.Client.Frame * (20 + (2 * frames)));
    }

    public Scenario Scenario { get; }

    public Ledger Ledger { get; }

    public TimeSpan Now => _network.Clock.Elapsed;

    public TimeSpan Margin { get; }

    public bool IsClientGone { get; private set; }

    public Task Released => _released.Task;

    private ConnectionPool? Pool => _client?.Pool ?? _handler?.Pool;

    private static Uri Proxy { get; } = new("http://proxy.test:3128/");

    /// <summary>Gets a value indicating whether the server is there for good.</summary>
    private bool IsServerBack => Scenario.Client.RestartAt is not { } at || Now > at + Scenario.Client.RestartTakes;

    /// <summary>Gets the protocols that the server chooses among on a connection.</summary>
    private IReadOnlyList<string> ProtocolsOf(int connection) =>
        Scenario.Client.Http2 is { } plan && !new Draw(Scenario.Seed, 5_000_000 + connection).Chance(plan.Declined) ? ["h2", "http/1.1"] : ["http/1.1"];

    private Uri Origin => new(Scenario.Client.IsTls ? "https://server.test/" : "http://server.test/");

    public void Progressed() => _watchdog.Progressed();

    public Task Delay(TimeSpan time)
    {
        TaskCompletionSource source = new();
        _agenda.Add(Now + time, elsewhere: false, () => SetWithoutContext(source));
        return source.Task;
    }

    /// <summary>Has an await that asks for no context go on in place: with one around it would go to the thread pool, which virtual time
    /// does not wait for.</summary>
    private static void SetWithoutContext(TaskCompletionSource source)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            source.TrySetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public void After(TimeSpan time, bool elsewhere, Action act) => _agenda.Add(Now + time, elsewhere, act);

    public Task GoElsewhere(TimeSpan after)
    {
        TaskCompletionSource source = new();
        _agenda.Add(Now + after, elsewhere: true, () => source.TrySetResult());
        return source.Task;
    }

    /// <inheritdoc/>
    /// <remarks>Nobody drives the loop meanwhile: the other calls get that time on top.</remarks>
    public void Blocking(Action act)
    {
        TimeSpan start = Now;
        bool outer = _isBlocked;
        _isBlocked = true;
        try
        {
            act();
        }
        finally
        {
            _isBlocked = outer;
        }

        _nextBlocking = Now + TimeSpan.FromMilliseconds(300); // what others hold they let go of only while the loop is driven
        if (!outer)
        {
            TimeSpan lost = Now - start;
            _calls.ForEach(c => c.Until = c.Until == TimeSpan.MaxValue ? c.Until : c.Until + lost);
        }
    }

    public void Run()
    {
        _watchdog.Watch(DescribeCalls, stopsAfterSleeping: true);
        try
        {
            if (Scenario.Client.Drive == DriveKind.Run)
            {
                PollLoop.Run(RunInLoopAsync, _outer);
            }
            else
            {
                RunByHand();
            }

            Expect("transports", _network.OpenTransports, 0);
            Expect("lookups", _network.OpenLookups, 0);
            Expect("pollers", _network.OpenPollers, 0);
            Expect("slabs", _slabs.Outstanding, 0);
        }
        catch (SwarmStopException)
        {
            // Noted where it was thrown.
        }
        catch (Exception error)
        {
            Ledger.Fail($"{error.GetType().Name} out of the loop", $"{error}\n{DescribeCalls()}");
        }

        Leftovers.CollectUnobserved(Ledger);
    }

    /// <summary>Does what is due before a poller sleeps.</summary>
    /// <returns>True when something was done, so that the poller's owner looks again first.</returns>
    public bool BeforeSleep()
    {
        CheckTimes();
        if (_agenda.RunElsewhere(Now))
        {
            return true;
        }

        if (_loopContext is not null && !_isBlocked && _agenda.TryTakeHere(Now, out Action? act))
        {
            _loopContext.Post(static a => ((Action)a!)(), act);
            return true;
        }

        return false;
    }

    /// <summary>Shortens a sleep so that it ends when something of the agenda is due.</summary>
    public TimeSpan Shorten(TimeSpan wait)
    {
        TimeSpan most = wait == Timeout.InfiniteTimeSpan || wait > s_longest ? TimeSpan.FromMinutes(1) : wait;
        TimeSpan? next = _agenda.Next(here: _loopContext is not null && !_isBlocked) - Now;
        return next < most ? next.Value < TimeSpan.Zero ? TimeSpan.Zero : next.Value : most;
    }

    private PollHttpClientOptions MakeOptions()
    {
        ClientPlan plan = Scenario.Client;
        PollHttpClientOptions options = new()
        {
            Slabs = _slabs,
            Timeout = plan.Timeout,
            MaxConnectionsPerServer = plan.MaxConnections,
            MinIdleConnectionsPerServer = Math.Min(plan.MinIdle, plan.MaxConnections),
            UseCookies = plan.UsesCookies,
            Proxy = plan.UsesProxy ? new WebProxy(Proxy) : null,
            SslOptions = plan.IsTls ? new SslClientAuthenticationOptions() : null,
            Limits = { ReceiveHighWater = plan.HighWater, ReceiveLowWater = plan.HighWater / 4 },
            Timeouts = { BodyIdle = plan.BodyIdle, SendStall = plan.SendStall, ResponseHead = plan.Head },
        };
        if (!plan.Decodes)
        {
            options.AutomaticDecompression = null;
        }
        else if (plan.MaxDecoded is { } most)
        {
            options.AutomaticDecompression = new() { MaxDecodedBytes = most };
        }

        return options;
    }

    private void MakeClient(PollLoop loop)
    {
        ClientPlan plan = Scenario.Client;
        if (!plan.UsesHandler)
        {
            _client = new(loop, MakeOptions());
            return;
        }

        _handler = new(loop)
        {
            MaxConnectionsPerServer = plan.MaxConnections,
            UseCookies = plan.UsesCookies,
            AutomaticDecompression = plan.Decodes ? DecompressionMethods.All : DecompressionMethods.None,
            Proxy = plan.UsesProxy ? new WebProxy(Proxy) : null,
            UseProxy = plan.UsesProxy,
        };
        _http = new(_handler) { Timeout = Timeout.InfiniteTimeSpan }; // it counts real time; the calls have a token that does not
    }

    private void DisposeClient()
    {
        _client?.Dispose();
        _http?.Dispose();
    }

    private async Task RunInLoopAsync(PollLoop loop)
    {
        _loopContext = SynchronizationContext.Current;
        MakeClient(loop);
        Begin();
        while (!_calls.TrueForAll(static c => c.IsOver) || _calls.Count < Scenario.Calls.Count || !IsServerBack)
        {
            await Delay(TimeSpan.FromMilliseconds(100));
            CheckTimes();
        }

        _released.TrySetResult();
        for (int i = 0; i < 100 && !Leftovers.IsQuiet(Pool); i++)
        {
            Leftovers.Collect(i);
            await Delay(TimeSpan.FromSeconds(1));
        }

        Leftovers.ExpectQuiet(Ledger, Pool, DescribeCalls);
        await ProbeAsync();
        DisposeClient();
        await Delay(TimeSpan.FromSeconds(1));
        ExpectClosed(loop);
    }

    private void RunByHand()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        PollLoop loop = new(_outer);
        try
        {
            MakeClient(loop);
            Begin();
            Drive(loop, () => IsServerBack && _calls.Count == Scenario.Calls.Count && _calls.TrueForAll(static c => c.IsOver), TimeSpan.MaxValue);
            _released.TrySetResult();
            for (int i = 0; i < 100 && !Leftovers.IsQuiet(Pool); i++)
            {
                Leftovers.Collect(i);
                Drive(loop, static () => false, Now + TimeSpan.FromSeconds(1));
            }

            Leftovers.ExpectQuiet(Ledger, Pool, DescribeCalls);
            Task probe = ProbeAsync();
            Drive(loop, () => probe.IsCompleted, TimeSpan.MaxValue);
            DisposeClient();
            Drive(loop, static () => false, Now + TimeSpan.FromSeconds(1));
            ExpectClosed(loop);
        }
        finally
        {
            loop.Dispose();
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private void Begin()
    {
        foreach (CallPlan plan in Scenario.Calls)
        {
            _agenda.Add(plan.Start, elsewhere: false, () => Start(plan));
        }

        if (Scenario.Client.RestartAt is { } restart)
        {
            _agenda.Add(restart, elsewhere: true, () =>
            {
                _network.Refuse(_address);
                _server.Break();
            });
            _agenda.Add(restart + Scenario.Client.RestartTakes, elsewhere: true, () => _network.Listen(_address, _server, _listening));
        }

        if (Scenario.Client.DisposedAt is { } at)
        {
            _agenda.Add(at, elsewhere: false, () =>
            {
                IsClientGone = true;
                DisposeClient();
            });
        }
    }

    private void Start(CallPlan plan)
    {
        if (plan.IsBlocking && Now < _nextBlocking)
        {
            _agenda.Add(_nextBlocking, elsewhere: false, () => Start(plan));
            return;
        }

        Call call = new(plan, this);
        _calls.Add(call);
        call.Note("start");
        if (plan.IsBlocking)
        {
            Blocking(() => Run(call));
        }
        else
        {
            _ = RunAsync(call);
        }
    }

    private void Run(Call call)
    {
        if (_client is null)
        {
            new HandlerFlow(_http!, Origin, this).Run(call);
        }
        else
        {
            new BlockingFlow(_client, Origin, this).Run(call);
        }
    }

    private Task RunAsync(Call call) => call.Plan.Polled != PolledKind.None
        ? new PolledFlow(_network, Origin, Scenario.Client.UsesProxy ? Proxy : null, this).RunAsync(call)
        : _client is null ? new HandlerFlow(_http!, Origin, this).RunAsync(call) : new ClientFlow(_client, Origin, this).RunAsync(call);

    private void Drive(PollLoop loop, Func<bool> isOver, TimeSpan end)
    {
        while (!isOver() && Now < end)
        {
            _watchdog.Progressed();
            CheckTimes();
            bool moved = _agenda.RunElsewhere(Now) | (_context?.RunPosts() ?? false);
            while (_agenda.TryTakeHere(Now, out Action? act))
            {
                act!();
                moved = true;
            }

            moved |= loop.Poll(Scenario.Client.Budget);
            if (!moved || Scenario.Client.Frame > TimeSpan.Zero)
            {
                Move(loop, end);
            }
        }
    }

    private void Move(PollLoop loop, TimeSpan end)
    {
        if (Scenario.Client.Frame > TimeSpan.Zero)
        {
            _network.Advance(Scenario.Client.Frame);
            return;
        }

        TimeSpan wait = end - Now < TimeSpan.FromSeconds(10) ? end - Now : TimeSpan.FromSeconds(10);
        TimeSpan? next = _agenda.Next(here: true) - Now;
        wait = next < wait ? next.Value : wait;
        if (wait > TimeSpan.Zero)
        {
            loop.RunInputOutput(wait);
        }
    }

    /// <summary>Fails for a call that has not ended when its limits say it must have.</summary>
    private void CheckTimes()
    {
        TimeSpan now = Now;
        foreach (Call call in _calls)
        {
            if (UntilOf(call) < now && !(_isBlocked && !call.Plan.IsBlocking))
            {
                Ledger.FailLast($"never ends: {Judge.WordOf(call)}", $"at {now.TotalMilliseconds} ms, {call.Stage} was to end by {UntilOf(call).TotalMilliseconds}: {call}\n{Leftovers.Describe(Pool)}");
                throw new SwarmStopException();
            }
        }
    }

    /// <summary>Gets until when the stage of a call may last. Where the server reads nothing, no window opens, for no stream of the connection; the handler
    /// has no limit for that. A body that needs credit from the client stands meanwhile, and goes on afterwards.</summary>
    private TimeSpan UntilOf(Call call) =>
        (Scenario.Client.UsesHandler || call.Plan.Answer.Length > Http2Session.DefaultWindow)
        && call is { Plan.Http2: not null, Stage: not "send", Until: var until } && until < TimeSpan.MaxValue && until < _server.DeafUntil + call.Limit
            ? _server.DeafUntil + call.Limit
            : call.Until;

    private async Task ProbeAsync()
    {
        if (IsClientGone)
        {
            return;
        }

        // A request that waited for the server may make it deaf again.
        while (_server.DeafUntil > Now)
        {
            await Delay(_server.DeafUntil - Now + TimeSpan.FromSeconds(5));
        }

        Task[] probes = [.. Enumerable.Range(0, Math.Min(Scenario.Client.MaxConnections, 6) + 1).Select(_ => ProbeAsync(Ledger.NextProbe()))];
        await Task.WhenAll(probes);
    }

    private async Task ProbeAsync(int number)
    {
        Call call = new(Ledger.Probe(number), this);
        _calls.Add(call);
        await (_client is null ? new HandlerFlow(_http!, Origin, this).RunAsync(call) : new ClientFlow(_client, Origin, this).RunAsync(call));
        if (call.Stage is "refused" or "timeout" or "canceled" && Scenario.Client.ProxyTrouble > 0)
        {
            return;
        }

        if (call.Stage != "whole")
        {
            Ledger.Fail($"the client is not usable afterwards: {call.Stage}", $"{call}\n{Leftovers.Describe(Pool)}");
        }
    }

    private void ExpectClosed(PollLoop loop)
    {
        Expect("open connections", Pool?.OpenConnections ?? 0, 0);
        Expect("loop connections", loop.OpenConnections, 0);
        Expect("loop timers", loop.PendingTimers, 0);
    }

    private void Expect(string what, long count, long expected)
    {
        if (count != expected)
        {
            Ledger.Fail($"left over: {what}", $"{count} {what} instead of {expected}\n{Leftovers.Describe(Pool)}");
        }
    }

    private string DescribeCalls() => string.Join('\n', _calls.Where(static c => !c.IsOver).Take(10).Select(static c => "  under way: " + c));
}
