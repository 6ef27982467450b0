namespace PollHttp.Bodies;

/// <summary>Represents a body that is still on its connection.</summary>
internal abstract class LiveBody : BodySource
{
    /// <summary>Gets the figures of its exchange so far.</summary>
    public abstract ExchangeFigures Figures { get; }

    public sealed override long BytesReceived => Figures.BodyBytesReceived;

    /// <summary>Closes the connection of a response that was dropped. Called from its finalizer.</summary>
    public abstract void Drop();
}
