namespace PollHttp.Connections;

/// <summary>Specifies how much of a content is still wanted: <c>Open ─► Whole ─► Closed</c>, and <c>Open ─► Closed</c>.</summary>
internal enum SinkState
{
    /// <summary>The state while the content may be written.</summary>
    Open,

    /// <summary>The state once the connection has all of the content. The code of the content may not have returned yet.</summary>
    Whole,

    /// <summary>The state when the rest of the content is not wanted. Every write fails.</summary>
    Closed,
}
