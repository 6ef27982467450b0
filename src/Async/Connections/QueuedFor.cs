namespace PollHttp.Connections;

/// <summary>What a connection has been handed to its loop for.</summary>
internal enum QueuedFor
{
    /// <summary>It was not.</summary>
    Nothing,

    /// <summary>Its timer or its end, where the thread that handed it in has polled it.</summary>
    Settling,

    /// <summary>Another poll.</summary>
    Polling,
}
