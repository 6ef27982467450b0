namespace PollHttp.Core;

/// <summary>Specifies what a driver waits for on a transport.</summary>
[Flags]
public enum TransportInterest
{
    /// <summary>Nothing is waited for.</summary>
    None = 0,

    /// <summary>The driver waits for bytes, or for the end.</summary>
    Read = 1,

    /// <summary>The driver waits for room to write, or for a connect to end.</summary>
    Write = 2,

    /// <summary>The driver must not wait: the next call makes progress at once.</summary>
    Immediate = 4,

    /// <summary>
    /// The system is out of buffers for the handle, and no readiness event will follow: try the same call again after a moment. Not for
    /// pollers: <see cref="PollConnection"/> turns it into a deadline.
    /// </summary>
    Later = 8,
}
