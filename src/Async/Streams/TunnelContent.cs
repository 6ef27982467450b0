namespace PollHttp.Streams;

/// <summary>
/// Represents the sending side of a tunnel through one stream (RFC 8441): what is written to it, from outside, until it is ended. The
/// exchange sends it like any other content.
/// </summary>
/// <remarks>Thread safety: one write at a time, on any thread; <see cref="TryEnd"/> may be called meanwhile.</remarks>
internal sealed class TunnelContent : RequestContent
{
    private readonly TaskCompletionSource _ended = new();
    private ContentSink? _sink;
    private int _stage;

    /// <summary>Specifies what is done with the tunnel.</summary>
    private enum Stage
    {
        Idle,
        Writing,
        Ended,
    }

    /// <summary>Gets a value indicating that a refused attempt can be repeated: nothing is written before a server has accepted.</summary>
    public override bool IsReplayable => true;

    internal override string Description => "tunnel";

    /// <summary>Waits until the tunnel ends, and so holds the sink open.</summary>
    public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _sink, sink);
        await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(sink.KeepsContext);
    }

    /// <summary>Writes a piece. Completes when the memory is no longer used.</summary>
    /// <exception cref="OperationCanceledException">The tunnel was reset.</exception>
    /// <exception cref="ObjectDisposedException">The sending side was ended.</exception>
    /// <exception cref="InvalidOperationException">A write is under way.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
    {
        switch (Move(Stage.Idle, Stage.Writing))
        {
            case Stage.Writing:
                throw new InvalidOperationException("A write is under way already.");
            case Stage.Ended:
                throw new ObjectDisposedException(nameof(Stream));
        }

        try
        {
            await Volatile.Read(ref _sink)!.WriteAsync(piece).ConfigureAwait(false); // continues in place: see UploadWait
        }
        finally
        {
            Move(Stage.Writing, Stage.Idle);
        }
    }

    /// <summary>Ends the sending side.</summary>
    /// <returns>False if a write is under way, which the end can't wait for.</returns>
    public bool TryEnd()
    {
        if (Move(Stage.Idle, Stage.Ended) == Stage.Writing)
        {
            return false;
        }

        _ended.TrySetResult();
        return true;
    }

    /// <summary>Moves from one stage to another, if the tunnel is in it.</summary>
    /// <returns>The stage before.</returns>
    private Stage Move(Stage from, Stage to) => (Stage)Interlocked.CompareExchange(ref _stage, (int)to, (int)from);
}
