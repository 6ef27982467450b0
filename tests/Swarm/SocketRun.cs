using System.Diagnostics;
using System.Net;
using System.Net.Security;

namespace PollHttp.Swarm;

/// <summary>One scenario on real sockets, plain or TLS, with threads: where it fails, the seed makes it likely to fail again.</summary>
internal sealed class SocketRun : ISwarmRun, IDisposable
{
    /// <summary>Handles that the runtime opens when it first needs them; a leak of one a seed shows soon all the same.</summary>
    private const int HandlesOfRuntime = 20;

    private static int? s_handles;

    private readonly Watchdog _watchdog;
    private readonly SlabPool _slabs = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly SocketServer _server;
    private readonly Http2SocketServer? _http2;
    private readonly Call[] _calls;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _ready = new();
    private readonly SwarmContext _posts = new();
    private SynchronizationContext? _loopContext;
    private PollHttpClient? _client;
    private PollHttpHandler? _handler;
    private HttpClient? _http;
    private Thread? _drive;

    public SocketRun(Scenario scenario, Watchdog watchdog)
    {
        Scenario = scenario;
        Ledger = new(scenario);
        _watchdog = watchdog;
        _server = new(Ledger, scenario.Client.IsTls, scenario.Family.IsBrisk ? null : scenario.Window);
        _http2 = scenario.Client.Http2 is { } plan ? new(Ledger, plan, scenario.Client.IsTls ? SocketServer.Certificate : null) : null;
        _calls = [.. scenario.Calls.Select(p => new Call(p, this))];
    }

    public Scenario Scenario { get; }

    public Ledger Ledger { get; }

    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    public TimeSpan Margin => TimeSpan.FromSeconds(15);

    public bool IsClientGone { get; private set; }

    public Task Released => _released.Task;

    /// <summary>Gets a value indicating whether something of the run can't be ended.</summary>
    public bool IsStuck { get; private set; }

    private ConnectionPool? Pool => _client?.Pool ?? _handler?.Pool;

    public void Progressed() => _watchdog.Progressed();

    public Task Delay(TimeSpan time) => Task.Delay(time);

    public void Blocking(Action act) => act();

    public void After(TimeSpan time, bool elsewhere, Action act) => _ = AfterAsync(time, elsewhere, act);

    public Task GoElsewhere(TimeSpan after)
    {
        TaskCompletionSource source = new();
        _ = AfterAsync(after, elsewhere: true, () => source.TrySetResult());
        return source.Task;
    }

    public void Run()
    {
        _watchdog.Watch(DescribeCalls, stopsAfterSleeping: false);
        long slabs = SlabPool.Shared.Outstanding;
        StartClient();
        StartCalls();
        while (!IsStuck && !Array.TrueForAll(_calls, static c => c.IsOver))
        {
            Thread.Sleep(20);
            CheckTimes();
        }

        if (IsStuck)
        {
            return;
        }

        _released.TrySetResult();
        WaitFor("left over: connections with no call", () => Pool is null || Leftovers.IsQuiet(Pool), () => $"{Leftovers.Describe(Pool!)}\n{Describe(static c => c.Stage == "dropped")}", collects: true);
        Probe();
        Close();
        WaitFor("left over: connections at the server", () => _server.Open == 0 && (_http2?.Open ?? 0) == 0, () => $"{_server.Open} connections, {_http2?.Open} at the server of HTTP/2", collects: true);
        WaitFor("left over: slabs", () => _slabs.Outstanding == 0 && SlabPool.Shared.Outstanding <= slabs, () => $"{_slabs.Outstanding}, of the shared pool {SlabPool.Shared.Outstanding - slabs}", collects: false);
        _server.Dispose();
        _http2?.Dispose();
        WaitFor("left over: handles", () => s_handles is null || Handles() <= s_handles + HandlesOfRuntime, () => $"{Handles()} after {s_handles}", collects: true);
        s_handles ??= Handles();
        Leftovers.CollectUnobserved(Ledger);
    }

    public void Dispose()
    {
        _server.Dispose();
        _http2?.Dispose();
        _ready.Dispose();
    }

    /// <summary>Counts sockets and what sleeps on them; files are the runtime's, which loads assemblies when it needs them.</summary>
    private static int Handles() => !Directory.Exists("/proc/self/fd") ? 0 : new DirectoryInfo("/proc/self/fd").GetFiles().Count(IsSocket);

    private static bool IsSocket(FileInfo handle)
    {
        try
        {
            return handle.LinkTarget is { } target && (target.Contains("socket:", StringComparison.Ordinal) || target.Contains("anon_inode:", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false; // closed meanwhile
        }
    }

    private async Task AfterAsync(TimeSpan time, bool elsewhere, Action act)
    {
        await Task.Delay(time).ConfigureAwait(false);
        await Task.Yield();
        if (!elsewhere && _drive is not null)
        {
            (_loopContext ?? _posts).Post(static a => ((Action)a!)(), act);
        }
        else
        {
            act();
        }
    }

    private void StartClient()
    {
        switch (Scenario.Client.Drive)
        {
            case DriveKind.Background when Scenario.Client.UsesHandler:
                _handler = MakeHandler();
                _http = new(_handler) { Timeout = Scenario.Client.Timeout };
                return;
            case DriveKind.Background:
                _client = new(MakeOptions());
                return;
            case DriveKind.Manual:
                _drive = new(DriveByHand);
                break;
            default:
                _drive = new(DriveByRun);
                break;
        }

        _drive.IsBackground = true;
        _drive.Name = "drive";
        _drive.Start();
        _ready.Wait();
    }

    private void StartCalls()
    {
        foreach (Call call in _calls)
        {
            Uri origin = OriginOf(call.Plan);
            ClientFlow? flow = _client is null ? null : new(_client, origin, this);
            BlockingFlow? blocking = _client is null ? null : new(_client, origin, this);
            HandlerFlow? handler = _http is null ? null : new(_http, origin, this);
            if (call.Plan.IsBlocking)
            {
                new Thread(() =>
                {
                    Thread.Sleep(call.Plan.Start);
                    call.Note("start");
                    blocking?.Run(call);
                    handler?.Run(call);
                })
                { IsBackground = true, Name = $"call {call.Plan.Number}" }.Start();
            }
            else
            {
                After(call.Plan.Start, elsewhere: call.Plan.Number % 4 == 0, () =>
                {
                    call.Note("start");
                    _ = flow?.RunAsync(call) ?? handler!.RunAsync(call);
                });
            }
        }

        if (Scenario.Client.DisposedAt is { } at)
        {
            After(at, elsewhere: true, () =>
            {
                IsClientGone = true;
                _client?.Dispose();
                _http?.Dispose();
            });
        }
    }

    private Uri OriginOf(CallPlan call) => Scenario.IsOfHttp2Server(call) ? _http2!.Address : _server.Address;

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
            Continuations = plan.Continuations,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
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

    private PollHttpHandler MakeHandler()
    {
        ClientPlan plan = Scenario.Client;
        PollHttpHandler handler = new()
        {
            MaxConnectionsPerServer = plan.MaxConnections,
            UseCookies = plan.UsesCookies,
            Continuations = plan.Continuations,
            AutomaticDecompression = plan.Decodes ? DecompressionMethods.All : DecompressionMethods.None,
        };
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        return handler;
    }

    private void DriveByHand()
    {
        SynchronizationContext.SetSynchronizationContext(Scenario.Client.HasContext ? _posts : null);
        using PollLoop loop = new();
        _client = new(loop, MakeOptions());
        _ready.Set();
        try
        {
            while (!_stopping.Task.IsCompleted)
            {
                bool moved = _posts.RunPosts();
                if (!(loop.Poll(Scenario.Client.Budget) | moved))
                {
                    Thread.Sleep(1);
                }
            }
        }
        catch (Exception error)
        {
            Ledger.FailLast($"{error.GetType().Name} out of Poll", $"{error}\n{DescribeCalls()}");
            IsStuck = true;
        }
    }

    private void DriveByRun() => PollLoop.Run(async loop =>
    {
        _loopContext = SynchronizationContext.Current;
        _client = new(loop, MakeOptions());
        _ready.Set();
        await _stopping.Task;
    });

    private void CheckTimes()
    {
        TimeSpan now = Now;
        if (Array.Find(_calls, c => c.Until < now) is not { } call)
        {
            return;
        }

        Dictionary<int, TimeSpan> before = ThreadTimes.Now();
        Thread.Sleep(1000);
        if (call.Until >= now)
        {
            return; // it went on meanwhile
        }

        (string name, TimeSpan? time) = ThreadTimes.Most(before);
        string state = time > TimeSpan.FromSeconds(0.4) ? $"{name} spins" : "all sleep";
        Ledger.FailLast(
            $"never ends: {(_handler is null ? "" : "handler, ")}{Judge.WordOf(call)}",
            $"at {now.TotalMilliseconds:0} ms, {call.Stage} was to end by {call.Until.TotalMilliseconds:0}; {state}: {call}\n{(Pool is null ? "" : Leftovers.Describe(Pool))}\n{DescribeCalls()}");
        IsStuck = true;
    }

    private void Probe()
    {
        if (IsClientGone)
        {
            return;
        }

        Call[] probes = SendProbes();
        for (int again = 0; again < 3 && Array.Exists(probes, static p => p.Stage == "timeout"); again++)
        {
            probes = SendProbes(); // limits of half a second are over while a busy machine has no time; a place that was lost stays lost
        }

        foreach (Call probe in probes.Where(static p => p.IsOver && p.Stage != "whole"))
        {
            Ledger.Fail($"the client is not usable afterwards: {probe.Stage}", $"{probe}\n{Leftovers.Describe(Pool!)}");
        }
    }

    private Call[] SendProbes()
    {
        Call[] probes = [.. Enumerable.Range(0, Math.Min(Scenario.Client.MaxConnections, 6) + 1).Select(_ => new Call(Ledger.Probe(Ledger.NextProbe()), this))];
        foreach (Call probe in probes)
        {
            _ = _client is null ? new HandlerFlow(_http!, OriginOf(probe.Plan), this).RunAsync(probe) : new ClientFlow(_client, OriginOf(probe.Plan), this).RunAsync(probe);
        }

        WaitFor("the client is not usable afterwards", () => Array.TrueForAll(probes, static p => p.IsOver), () => string.Join('\n', probes.Select(static p => p.ToString())), collects: false);
        return probes;
    }

    private void Close()
    {
        _client?.Dispose();
        _http?.Dispose();
        WaitFor("left over: open connections", () => Pool is null || Pool.OpenConnections == 0, () => Leftovers.Describe(Pool!), collects: true);
        _stopping.TrySetResult();
        if (_drive is not null && !_drive.Join(TimeSpan.FromSeconds(20)))
        {
            Ledger.FailLast("the drive never ends", "");
            IsStuck = true;
        }
    }

    private void WaitFor(string kind, Func<bool> isSo, Func<string> describe, bool collects)
    {
        for (int i = 0; !isSo(); i++)
        {
            if (i == 600)
            {
                Ledger.Fail(kind, describe());
                return;
            }

            if (collects)
            {
                Leftovers.Collect(i);
            }

            Thread.Sleep(Math.Min(i, 20));
            _watchdog.Progressed();
        }
    }

    private string DescribeCalls() => Describe(static c => !c.IsOver);

    private string Describe(Predicate<Call> which) => string.Join('\n', _calls.Where(c => which(c)).Take(8).Select(static c => "  " + c));
}
