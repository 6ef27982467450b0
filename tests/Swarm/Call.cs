namespace PollHttp.Swarm;

/// <summary>One call under way: where it is, until when that may last, and how it went.</summary>
internal sealed class Call(CallPlan plan, ISwarmRun run)
{
    private readonly List<string> _notes = [];

    public CallPlan Plan => plan;

    public string Stage { get; private set; } = "not begun";

    /// <summary>Gets or sets until when the present stage may last, in the run's time.</summary>
    public TimeSpan Until { get; set; } = TimeSpan.MaxValue;

    /// <summary>Gets how long the present stage may last, the margin included.</summary>
    public TimeSpan Limit { get; private set; }

    public bool IsOver { get; private set; }

    /// <summary>Gets or sets a value indicating whether the response was disposed or aborted.</summary>
    public bool IsLeft { get; set; }

    public bool IsCanceled { get; set; }

    public long BytesRead { get; set; }

    /// <summary>Gets or sets what ends a blocking read that has no token and no limit.</summary>
    public Action? Dispose { get; set; }

    /// <summary>Gets or sets a value indicating whether the library has asked for its content.</summary>
    public bool HasBegunContent { get; set; }

    /// <summary>Gets or sets a value indicating whether the response came in HTTP/2.</summary>
    public bool IsHttp2 { get; set; }

    /// <summary>Gets or sets a value indicating whether the response head has come.</summary>
    public bool HasHead { get; set; }

    public string Notes
    {
        get
        {
            lock (_notes)
            {
                return string.Join(" · ", _notes);
            }
        }
    }

    public void Enter(string stage, TimeSpan limit)
    {
        Stage = stage;
        Limit = limit + run.Margin;
        Until = run.Now + Limit;
        run.Progressed();
    }

    /// <summary>The token is about to be canceled: what waits for the response head must not wait for its other limits.</summary>
    public void MustEndSoon()
    {
        TimeSpan soon = run.Now + run.Margin;
        if (Stage == "send" && soon < Until)
        {
            Until = soon;
        }
    }

    public void Note(string what)
    {
        lock (_notes)
        {
            if (_notes.Count > 30)
            {
                _notes.RemoveRange(10, 10);
                _notes.Insert(10, "…");
            }

            _notes.Add($"{run.Now.TotalMilliseconds:0.#} {what}");
        }
    }

    public void End(string outcome)
    {
        Note(outcome);
        Stage = outcome;
        IsOver = true;
        Until = TimeSpan.MaxValue;
        run.Ledger.Ended(outcome, BytesRead);
        run.Progressed();
    }

    public override string ToString() => $"{plan}\n      {Stage}, {BytesRead} bytes read: {Notes}";
}
