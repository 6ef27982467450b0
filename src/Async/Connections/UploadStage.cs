namespace PollHttp.Connections;

/// <summary>Specifies how far an upload is: <c>Held ─► Entered ─► Running</c>.</summary>
internal enum UploadStage
{
    /// <summary>The stage while the content may not be sent yet.</summary>
    Held,

    /// <summary>The stage when the content is to be written, once an earlier attempt has ended with it.</summary>
    Entered,

    /// <summary>The stage after the code of the content was called.</summary>
    Running,
}
