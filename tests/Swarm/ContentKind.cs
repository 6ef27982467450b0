namespace PollHttp.Swarm;

/// <summary>What a request content is made from.</summary>
internal enum ContentKind
{
    Bytes,
    Stream,
    Pieces,
    Writer,
    Own,
    HttpContent,
    File,
    Multipart,
}
