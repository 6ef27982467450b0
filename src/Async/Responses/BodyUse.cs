namespace PollHttp.Responses;

/// <summary>How the body of a response was begun to be read.</summary>
internal enum BodyUse
{
    /// <summary>Nothing has begun.</summary>
    None,

    /// <summary>Its slices are enumerated, which reading it whole does too.</summary>
    Whole,

    /// <summary>When it was opened as a stream.</summary>
    Stream,

    /// <summary>When it was opened as a pipe.</summary>
    Pipe,
}
