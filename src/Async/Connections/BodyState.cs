namespace PollHttp.Connections;

/// <summary>How far a body on its connection is: <c>Live ─► Left ─► Ended</c>, and <c>Live ─► Ended</c>.</summary>
internal enum BodyState
{
    /// <summary>The reader may read.</summary>
    Live,

    /// <summary>The reader is done with it; what is left is being dealt with.</summary>
    Left,

    /// <summary>Nothing of it is on the connection any more: its counts are final.</summary>
    Ended,
}
