namespace PollHttp.Swarm;

/// <summary>What has happened on a stream of a session.</summary>
[Flags]
internal enum StreamMarks
{
    None = 0,

    /// <summary>The request is whole.</summary>
    Received = 1,

    /// <summary>The answer is in its steps.</summary>
    Answered = 2,

    /// <summary>The answer has ended the stream.</summary>
    Sent = 4,

    /// <summary>The server has reset the stream.</summary>
    Reset = 8,

    /// <summary>The client has reset the stream.</summary>
    ResetByClient = 16,

    /// <summary>A timer runs for the next step.</summary>
    Waiting = 32,
}
