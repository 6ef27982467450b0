namespace PollHttp.Connections;

/// <summary>How far an upload is: <c>Held ─► Entered ─► Running</c>.</summary>
internal enum UploadStage
{
    /// <summary>The content may not be sent yet.</summary>
    Held,

    /// <summary>The content is to be written, after an earlier attempt has ended with it.</summary>
    Entered,

    /// <summary>The content's own code was called.</summary>
    Running,
}
