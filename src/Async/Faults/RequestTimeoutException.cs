namespace PollHttp;

/// <summary>A limit in time passed. Code written for HttpClient sees a canceled task with a <see cref="TimeoutException"/> inside.</summary>
public class RequestTimeoutException : TaskCanceledException
{
    /// <summary>Makes one.</summary>
    public RequestTimeoutException(string message, ConnectPhase phase, TimerKind timer, TimeSpan limit)
        : base(message, new TimeoutException(message))
    {
        Phase = phase;
        Timer = timer;
        Limit = limit;
    }

    /// <summary>Where the request stood.</summary>
    public ConnectPhase Phase { get; }

    /// <summary>Which limit passed.</summary>
    public TimerKind Timer { get; }

    /// <summary>How long it was.</summary>
    public TimeSpan Limit { get; }
}
