using PollHttp.Loop;

namespace PollHttp;

// What polls the connections, and their network. The platform's handler has no such settings.
public sealed partial class PollHttpHandler
{
    /// <summary>Gets or sets your own loop, which polls the connections in the loop's network; null for background drive.</summary>
    /// <exception cref="ArgumentException">Its network differs from <see cref="Network"/>.</exception>
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

    /// <summary>Gets or sets the network of the connections; null for that of <see cref="Loop"/>, or for real sockets. Without a loop, a
    /// background thread polls the network for the rest of the process: share it between handlers. A simulated network needs a loop:
    /// without one the first request fails.</summary>
    /// <exception cref="ArgumentException">The network is not that of <see cref="Loop"/>.</exception>
    public INetwork? Network
    {
        get => _settings.Network;
        set
        {
            LoopChoice.Check(_settings.Loop, value);
            Change(() => _settings.Network = value);
        }
    }

    /// <summary>Gets or sets where code after an await runs in background drive; <see cref="ContinuationMode.Adaptive"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a member of the enumeration.</exception>
    public ContinuationMode Continuations
    {
        get => _settings.Continuations;
        set => Change(() => _settings.Continuations = OptionValue.Defined(value));
    }
}
