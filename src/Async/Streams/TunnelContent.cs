namespace PollHttp.Streams;

/// <summary>
/// Represents the sending side of a tunnel through one stream (RFC 8441): what is written to it, from outside, until it is ended. The
/// exchange sends it like any other content.
/// </summary>
/// <remarks>Thread safety: one write at a time, on any thread; <see cref="TryEnd"/> may be called meanwhile.</remarks>
internal sealed class TunnelContent : RequestContent
{
    private readonly TaskCompletionSource _ended = new();
    private TaskCompletionSource<ContentSink?> _begun = new();
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
        Volatile.Read(ref _begun).TrySetResult(sink);
        await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(sink.KeepsContext);
    }

    /// <summary>Writes a piece. Completes when the memory is no longer used. The response may be there before the content has begun; then the write
    /// waits for that.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="token">Ends that wait. What has begun to be written is not canceled.</param>
    /// <exception cref="OperationCanceledException">The tunnel was reset.</exception>
    /// <exception cref="ObjectDisposedException">The sending side was ended.</exception>
    /// <exception cref="InvalidOperationException">A write is under way.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken token)
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
            ContentSink? sink = Volatile.Read(ref _sink) ?? await Volatile.Read(ref _begun).Task.WaitAsync(token).ConfigureAwait(false);
            await (sink ?? throw new OperationCanceledException()).WriteAsync(piece).ConfigureAwait(false); // continues in place: see UploadWait
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
            OnLeave(); // it may still wait for the beginning
            return false;
        }

        _ended.TrySetResult();
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>The next attempt begins with another sink.</remarks>
    private protected override void OnLeave() => Interlocked.Exchange(ref _begun, new()).TrySetResult(null);

    /// <summary>Moves from one stage to another, if the tunnel is in it.</summary>
    /// <returns>The stage before.</returns>
    private Stage Move(Stage from, Stage to) => (Stage)Interlocked.CompareExchange(ref _stage, (int)to, (int)from);
}
