namespace PollHttp.Core;

/// <summary>What a driver waits for on a transport.</summary>
[Flags]
public enum TransportInterest
{
    /// <summary>Nothing is waited for.</summary>
    None = 0,

    /// <summary>Bytes, or the end, should arrive.</summary>
    Read = 1,

    /// <summary>There should be room to write, or a connect should end.</summary>
    Write = 2,

    /// <summary>Waiting would be wrong: the next call makes progress at once.</summary>
    Immediate = 4,

    /// <summary>
    /// Nothing on the handle says when: this machine is out of buffers for it, and the same call is worth one more try after a
    /// moment. Not for pollers: <see cref="PollConnection"/> makes a deadline of it.
    /// </summary>
    Later = 8,
}
