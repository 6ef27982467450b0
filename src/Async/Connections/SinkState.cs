namespace PollHttp.Connections;

/// <summary>How much of a content is still wanted: <c>Open ─► Whole ─► Closed</c>, and <c>Open ─► Closed</c>.</summary>
internal enum SinkState
{
    /// <summary>The content may be written.</summary>
    Open,

    /// <summary>The connection has had all of the content, although the content's own code may not have returned yet.</summary>
    Whole,

    /// <summary>The rest of the content is not wanted: every write fails.</summary>
    Closed,
}
