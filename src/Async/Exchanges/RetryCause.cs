namespace PollHttp.Exchanges;

/// <summary>Specifies why an attempt is repeated.</summary>
internal enum RetryCause
{
    /// <summary>The connection was lost before an answer.</summary>
    Lost,

    /// <summary>The server says that it did not process the request.</summary>
    Refused,

    /// <summary>The server ended the connection in order, after requests that came before this one.</summary>
    Displaced,
}
