using PollHttp.Addresses;

namespace PollHttp;

/// <summary>A limit in time passed. Code written for HttpClient sees a canceled task with a <see cref="TimeoutException"/> inside.</summary>
public class RequestTimeoutException : TaskCanceledException
{
    /// <summary>What the standard resilience handler asks for before it retries a timeout of connecting (measured).</summary>
    internal const string PlatformSource = "System.Private.CoreLib";

    /// <summary>Makes one.</summary>
    public RequestTimeoutException(string message, ConnectPhase phase, TimerKind timer, TimeSpan limit)
        : base(message, new TimeoutException(message))
    {
        Phase = phase;
        Timer = timer;
        Limit = limit;
        if (IsOfConnecting)
        {
            Source = PlatformSource;
        }
    }

    /// <summary>Where the request stood.</summary>
    public ConnectPhase Phase { get; }

    /// <summary>Which limit passed.</summary>
    public TimerKind Timer { get; }

    /// <summary>How long it was.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Gets a value indicating whether no connection was there yet.</summary>
    internal bool IsOfConnecting => Timer is TimerKind.Connect or TimerKind.Resolve or TimerKind.TlsHandshake;

    /// <summary>Gets the address that was requested when it failed, after redirects that of the last one; null where no request was.</summary>
    public Uri? RequestUri { get; init; }
}
