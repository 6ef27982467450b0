namespace PollHttp.Responses;

/// <summary>Specifies how reading the body of a response began.</summary>
internal enum BodyUse
{
    /// <summary>Reading has not begun.</summary>
    None,

    /// <summary>The slices are enumerated, which reading the whole body does too.</summary>
    Whole,

    /// <summary>The body was opened as a stream.</summary>
    Stream,

    /// <summary>The body was opened as a pipe.</summary>
    Pipe,
}
