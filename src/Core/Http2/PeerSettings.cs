namespace PollHttp.Core.Http2;

/// <summary>Specifies the identifiers of RFC 9113 §6.5.2, RFC 8441 §3 and RFC 9218 §2.1.</summary>
internal enum SettingId
{
    HeaderTableSize = 1,
    EnablePush = 2,
    MaxConcurrentStreams = 3,
    InitialWindowSize = 4,
    MaxFrameSize = 5,
    MaxHeaderListSize = 6,
    EnableConnectProtocol = 8,
    NoRfc7540Priorities = 9,
}

/// <summary>Holds the settings of the peer, checked value by value in the order received.</summary>
internal sealed class PeerSettings
{
    /// <summary>The number of streams that may be open before the peer has sent its limit (RFC 9113 §6.5.2 recommends a limit of at least
    /// 100).</summary>
    private const uint StreamsBeforeSettings = 100;

    /// <summary>Gets a value indicating whether a SETTINGS frame has come.</summary>
    public bool HaveCome { get; private set; }

    /// <summary>Gets the number of streams that the peer accepts at a time.</summary>
    public uint MaxConcurrentStreams { get; private set; } = StreamsBeforeSettings;

    /// <summary>Gets the send window that a new stream begins with.</summary>
    public int InitialWindow { get; private set; } = 65_535;

    /// <summary>Gets the largest payload that the peer accepts.</summary>
    public int MaxFrameSize { get; private set; } = 16_384;

    /// <summary>Gets the size of the table that the peer's decoder keeps.</summary>
    public uint HeaderTableSize { get; private set; } = 4_096;

    /// <summary>Gets the largest head that the peer accepts, with 32 octets added for each field; null if it has not set one.</summary>
    public uint? MaxHeaderListSize { get; private set; }

    /// <summary>Gets a value indicating whether the peer accepts extended CONNECT (RFC 8441).</summary>
    public bool EnablesConnectProtocol { get; private set; }

    private uint? NoPriorities { get; set; }

    /// <summary>Begins a SETTINGS frame. If the first one has no limit of streams, there is none.</summary>
    public void Begin()
    {
        if (!HaveCome)
        {
            HaveCome = true;
            MaxConcurrentStreams = uint.MaxValue;
        }
    }

    /// <summary>Takes one value.</summary>
    /// <returns>The code of the connection error that the value causes, or NoError.</returns>
    public Http2Error Take(int id, uint value)
    {
        switch ((SettingId)id)
        {
            case SettingId.HeaderTableSize:
                HeaderTableSize = value;
                break;
            case SettingId.EnablePush when value != 0:
                return Http2Error.ProtocolError; // only a client may ask for push
            case SettingId.MaxConcurrentStreams:
                MaxConcurrentStreams = value;
                break;
            case SettingId.InitialWindowSize when value > int.MaxValue:
                return Http2Error.FlowControlError;
            case SettingId.InitialWindowSize:
                InitialWindow = (int)value;
                break;
            case SettingId.MaxFrameSize when value is < 16_384 or > 16_777_215:
                return Http2Error.ProtocolError;
            case SettingId.MaxFrameSize:
                MaxFrameSize = (int)value;
                break;
            case SettingId.MaxHeaderListSize:
                MaxHeaderListSize = value;
                break;
            case SettingId.EnableConnectProtocol when value > 1 || (value == 0 && EnablesConnectProtocol):
                return Http2Error.ProtocolError;
            case SettingId.EnableConnectProtocol:
                EnablesConnectProtocol = value == 1;
                break;
            case SettingId.NoRfc7540Priorities when value > 1 || (NoPriorities is { } before && before != value):
                return Http2Error.ProtocolError;
            case SettingId.NoRfc7540Priorities:
                NoPriorities = value;
                break;
        }

        return Http2Error.NoError;
    }
}
