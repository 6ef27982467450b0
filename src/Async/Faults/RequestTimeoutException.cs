using PollHttp.Addresses;

namespace PollHttp;

/// <summary>
/// Thrown when a timeout expires. Code written for HttpClient sees a canceled task with a <see cref="TimeoutException"/> inside.
/// </summary>
public class RequestTimeoutException : TaskCanceledException
{
    /// <summary>The exception source that the standard resilience handler checks before it retries a connect timeout (measured).</summary>
    internal const string PlatformSource = "System.Private.CoreLib";

    /// <summary>Initializes an exception.</summary>
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

    /// <summary>Gets the phase of the request.</summary>
    public ConnectPhase Phase { get; }

    /// <summary>Gets the timer that expired.</summary>
    public TimerKind Timer { get; }

    /// <summary>Gets the duration of the timeout.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Gets a value indicating whether there was no connection yet.</summary>
    internal bool IsOfConnecting => Timer is TimerKind.Connect or TimerKind.Resolve or TimerKind.TlsHandshake;

    /// <summary>
    /// Gets the address that was requested when it failed (after redirects, that of the last request); null if there was no request.
    /// </summary>
    public Uri? RequestUri { get; init; }
}
