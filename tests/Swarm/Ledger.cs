using System.Diagnostics.CodeAnalysis;

namespace PollHttp.Swarm;

/// <summary>What both sides of a scenario have seen, and what was wrong with it. Safe for use from any thread.</summary>
internal sealed class Ledger(Scenario scenario)
{
    private readonly Dictionary<int, CallPlan> _plans = scenario.Calls.ToDictionary(static c => c.Number);
    private readonly Dictionary<(int Number, int Hop), int> _heads = [];
    private readonly Dictionary<(int Number, int Hop), int> _refusals = [];
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private readonly List<Failure> _failures = [];

    private int _probes;
    private volatile bool _isClosed;

    public long Bytes { get; private set; }

    public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

    public IReadOnlyList<Failure> Failures
    {
        get
        {
            lock (_plans)
            {
                return [.. _failures];
            }
        }
    }

    public bool HasFailed => Failures.Count > 0;

    /// <summary>Gets the plan of a call; numbers beyond all calls are probes: calm GETs.</summary>
    public CallPlan? PlanOf(int number)
    {
        lock (_plans)
        {
            if (number >= scenario.Count && number < scenario.Count + 100_000 && !_plans.ContainsKey(number))
            {
                _plans.Add(number, Probe(number));
            }

            return _plans.GetValueOrDefault(number);
        }
    }

    /// <summary>Finds the call that a path is for.</summary>
    public bool TryFind(string path, [NotNullWhen(true)] out CallPlan? call, out int hop)
    {
        string[] parts = path.Split('/');
        hop = 0;
        call = parts.Length == 3 && int.TryParse(parts[1], out int number) && int.TryParse(parts[2], out hop) ? PlanOf(number) : null;
        return call is not null;
    }

    public void HeadSeen(CallPlan call, int hop, string method)
    {
        lock (_plans)
        {
            int count = _heads[(call.Number, hop)] = _heads.GetValueOrDefault((call.Number, hop)) + 1;
            if (method != call.Method && hop == 0)
            {
                _failures.Add(new("wrong method", $"{method} of {call}"));
            }

            if (count > (call.IsIdempotent ? 2 : 1))
            {
                _failures.Add(new("carried out again", $"request {count} of {call}"));
            }
        }
    }

    /// <summary>Gets the number of a call that is none of the scenario's: a GET that is answered at once.</summary>
    public int NextProbe() => scenario.Count + Interlocked.Increment(ref _probes);

    public bool WasSeen(int number)
    {
        lock (_plans)
        {
            return _heads.ContainsKey((number, 0));
        }
    }

    /// <summary>Determines whether a server refuses a request once more.</summary>
    public bool Refuse(int number, int hop, int most)
    {
        lock (_plans)
        {
            int count = _refusals.GetValueOrDefault((number, hop));
            _refusals[(number, hop)] = count + 1;
            return count < most;
        }
    }

    public void Fail(string kind, string text)
    {
        lock (_plans)
        {
            if (_failures.Count < 20 && !_isClosed)
            {
                _failures.Add(new(kind, text));
            }
        }
    }

    /// <summary>Notes the failure that ends the run: what follows from that is none.</summary>
    public void FailLast(string kind, string text)
    {
        Fail(kind, text);
        _isClosed = true;
    }

    public void Ended(string outcome, long bytes)
    {
        lock (_plans)
        {
            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
            Bytes += bytes;
        }
    }

    public static CallPlan Probe(int number) => new()
    {
        Number = number,
        Start = TimeSpan.Zero,
        Method = "GET",
        IsBlocking = false,
        Content = null,
        CancelAfter = null,
        CallsFromCallback = false,
        Polled = PolledKind.None,
        Answer = new()
        {
            Length = 1000,
            Framing = FramingKind.Length,
            Coding = "",
            Interims = 0,
            IsEarly = false,
            IsDeaf = false,
            NeverAnswers = false,
            Thinks = TimeSpan.Zero,
            Pieces = 1,
            Gap = TimeSpan.Zero,
            Cut = CutKind.None,
            CutAt = 0,
            After = AfterKind.Keep,
            Redirects = 0,
        },
        Read = new()
        {
            Way = WayKind.Whole,
            Buffer = 0,
            Advance = 0,
            Pause = TimeSpan.Zero,
            Leave = LeaveKind.None,
            LeaveAt = 0,
            LeftByOthers = false,
            LeaveAfter = TimeSpan.Zero,
        },
    };
}
