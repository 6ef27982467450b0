namespace PollHttp.Bodies;

/// <summary>Represents a body that is still on its connection.</summary>
internal abstract class LiveBody : BodySource
{
    /// <summary>Gets the figures of its exchange so far.</summary>
    public abstract ExchangeFigures Figures { get; }

    /// <summary>Gets the error that the body failed with, or null.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    public abstract Exception? Failure { get; }

    /// <summary>Resets the stream of an accepted extended CONNECT, also after the body has ended.</summary>
    public abstract void ResetTunnel(Exception error);

    public sealed override long BytesReceived => Figures.BodyBytesReceived;

    /// <summary>Closes the connection of a response that was dropped. Called from its finalizer.</summary>
    public abstract void Drop();
}
