namespace PollHttp.Connections;

/// <summary>What is to become of the head of a request that was begun.</summary>
internal enum HeadOutput
{
    /// <summary>It has left, or there is none.</summary>
    Sent,

    /// <summary>It leaves with the next poll.</summary>
    Due,

    /// <summary>It is held back until the content has written something or begun to wait, so that they leave together.</summary>
    Corked,
}
