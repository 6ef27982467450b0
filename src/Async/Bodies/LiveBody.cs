namespace PollHttp.Bodies;

/// <summary>A body that is still on its connection.</summary>
internal abstract class LiveBody : BodySource
{
    /// <summary>Gets the figures of its exchange so far.</summary>
    public abstract ExchangeFigures Figures { get; }

    public sealed override long BytesReceived => Figures.BodyBytesReceived;

    /// <summary>From the finalizer of a response that was dropped: has its connection closed.</summary>
    public abstract void Drop();
}
