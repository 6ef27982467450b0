namespace PollHttp.Exchanges;

/// <summary>Specifies why an attempt is repeated.</summary>
internal enum RetryCause
{
    /// <summary>The connection was lost before an answer.</summary>
    Lost,

    /// <summary>The server says that it did not process the request.</summary>
    Refused,

    /// <summary>The server served requests that came before this one, and ended the connection in order or had no place beside them.</summary>
    Displaced,
}
