namespace PollHttp.Connections;

/// <summary>Specifies the state of a body on its connection: <c>Live ─► Left ─► Ended</c>, and <c>Live ─► Ended</c>.</summary>
internal enum BodyState
{
    /// <summary>The state while the reader may read.</summary>
    Live,

    /// <summary>The state after the reader has left. The rest of the body is being handled.</summary>
    Left,

    /// <summary>The state once nothing of the body is on the connection. Its counts are final.</summary>
    Ended,
}
