using PollHttp.Loop;

namespace PollHttp;

// Who polls the connections, and where they are made. The platform's handler has no such settings.
public sealed partial class PollHttpHandler
{
    /// <summary>Gets or sets the loop of yours that polls the connections, in the network it was made with; null for background
    /// drive.</summary>
    /// <exception cref="ArgumentException">It has another network than <see cref="Network"/>.</exception>
    public PollLoop? Loop
    {
        get => _settings.Loop;
        set
        {
            LoopChoice.Check(value, _settings.Network);
            Change(() => _settings.Loop = value);
        }
    }

    /// <summary>Gets a snapshot of the loop that drives the handler, with all that is on it: in background drive the other clients and handlers of
    /// the process too. All zero before the first request. See <see cref="PollLoop.Statistics"/>.</summary>
    public LoopStatistics LoopStatistics => _engine?.Loop.Statistics ?? LoopStatistics.None;

    /// <summary>Gets or sets the network that connections are made in; null for that of <see cref="Loop"/>, or for real sockets. Without a
    /// loop it is polled by a thread of its own for the rest of the process: share it between handlers. A simulated network needs a loop:
    /// the first request fails without.</summary>
    /// <exception cref="ArgumentException">It is not that of <see cref="Loop"/>.</exception>
    public INetwork? Network
    {
        get => _settings.Network;
        set
        {
            LoopChoice.Check(_settings.Loop, value);
            Change(() => _settings.Network = value);
        }
    }

    /// <summary>Where code goes on after an await in background drive; <see cref="ContinuationMode.Adaptive"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no member of the enumeration.</exception>
    public ContinuationMode Continuations
    {
        get => _settings.Continuations;
        set => Change(() => _settings.Continuations = OptionValue.Defined(value));
    }
}
