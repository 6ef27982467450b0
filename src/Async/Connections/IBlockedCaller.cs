namespace PollHttp.Connections;

/// <summary>A thread that polls a connection because it can't go on otherwise.</summary>
internal interface IBlockedCaller
{
    /// <summary>Whether it can go on. Under the lock of the connection.</summary>
    bool IsOver { get; }
}
