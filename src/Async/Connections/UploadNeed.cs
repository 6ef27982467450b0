namespace PollHttp.Connections;

/// <summary>Specifies what a write of a content waits for.</summary>
internal enum UploadNeed
{
    /// <summary>The need of a write that returns when the connection has released all that was written.</summary>
    Release,

    /// <summary>The need of a write that goes on when the connection has room for more.</summary>
    Room,
}
