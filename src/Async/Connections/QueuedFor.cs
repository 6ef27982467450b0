namespace PollHttp.Connections;

/// <summary>Specifies why a connection was submitted to its loop.</summary>
internal enum QueuedFor
{
    /// <summary>The value while it is not submitted.</summary>
    Nothing,

    /// <summary>The value when its timer or its close is to be handled. The submitting thread has polled it.</summary>
    Settling,

    /// <summary>The value when another poll is needed.</summary>
    Polling,
}
