namespace PollHttp.Connections;

/// <summary>Specifies what happens to the head of a request that was begun.</summary>
internal enum HeadOutput
{
    /// <summary>The head has been sent, or there is none.</summary>
    Sent,

    /// <summary>The head is sent with the next poll.</summary>
    Due,

    /// <summary>The head is held back until the content has written something or begun to wait, so that both are sent together.</summary>
    Corked,
}
