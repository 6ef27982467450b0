using PollHttp.Testing;

namespace PollHttp.Tests.Exchanges;

/// <summary>A connection of a <see cref="BatchServer"/>.</summary>
/// <param name="peer">The connection.</param>
/// <param name="settings">Settings that are sent with the first batch.</param>
internal sealed class BatchConnection(ServerPeer peer, Http2Frame settings)
{
    private Http2Frame? _settings = settings;
    private int _lastAccepted = int.MaxValue;

    public ServerPeer Peer => peer;

    public List<BatchAttempt> Attempts { get; } = [];

    /// <summary>Gets or sets a value indicating whether the next batch has its time.</summary>
    public bool IsScheduled { get; set; }

    /// <summary>Gets a value indicating whether nothing more is sent.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Gets a value indicating whether something was sent that may end all that is on the connection.</summary>
    public bool IsTroubled { get; private set; }

    public bool HasMore => !IsOver && (_settings is not null || Attempts.Exists(static a => a.HasMore));

    public Http2Frame? TakeSettings()
    {
        Http2Frame? taken = _settings;
        _settings = null;
        return taken;
    }

    /// <summary>Makes a GOAWAY, which refuses all streams, some or none.</summary>
    public Http2Frame NewGoAway(Random random)
    {
        int known = Attempts.Count == 0 ? 0 : Attempts[^1].Request.StreamId;
        int last = random.Next(3) switch { 0 => int.MaxValue, 1 => known, _ => Math.Max(0, known - (2 * random.Next(1, 3))) };
        uint code = random.Next(3) == 0 ? (uint)random.Next(1, 14) : 0;
        IsTroubled |= code != 0;
        _lastAccepted = Math.Min(_lastAccepted, last);
        return Http2Frame.GoAway(last, code);
    }

    /// <summary>Determines whether a GOAWAY has refused a stream.</summary>
    public bool IsDeafTo(int streamId) => streamId > _lastAccepted;

    /// <summary>Ends the connection in one of the ways that there are.</summary>
    public void End(Random random)
    {
        IsOver = IsTroubled = true;
        switch (random.Next(3))
        {
            case 0:
                peer.Close();
                break;
            case 1:
                peer.Reset(afterData: true);
                break;
            default:
                peer.Reset();
                break;
        }
    }

    public override string ToString() => $"#{peer.ConnectionNumber} at {peer.Network.Clock.Elapsed}:";
}
