namespace PollHttp.Connections;

/// <summary>Represents a blocking caller: a thread that polls a connection until it can go on.</summary>
internal interface IBlockedCaller
{
    /// <summary>Gets a value indicating whether the caller can go on.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    bool IsOver { get; }
}
