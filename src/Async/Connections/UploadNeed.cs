namespace PollHttp.Connections;

/// <summary>What a write of a content waits for.</summary>
internal enum UploadNeed
{
    /// <summary>The connection has released all that was written: the write may return.</summary>
    Release,

    /// <summary>The connection has room for more of it.</summary>
    Room,
}
