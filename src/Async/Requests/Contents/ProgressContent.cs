namespace PollHttp.Requests;

/// <summary>Represents a content that reports how much of it was sent.</summary>
internal sealed class ProgressContent(RequestContent inner, IProgress<UploadProgress> progress) : RequestContent
{
    private const int Step = 64 * 1024;

    public override long? Length => inner.Length;

    public override bool IsReplayable => inner.IsReplayable;

    internal override bool IsShareable => inner.IsShareable;

    internal override bool HasHeaders => inner.HasHeaders || base.HasHeaders;

    internal override HeaderList? TrailersOrNull => base.TrailersOrNull ?? inner.TrailersOrNull;

    internal override string Description => inner.Description;

    public override ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default) =>
        inner.WriteToAsync(new Counter(sink, inner.Length, progress), cancellationToken);

    public override void WriteTo(ContentSink sink) => inner.WriteTo(new Counter(sink, inner.Length, progress));

    internal override void AddHeadersTo(HeaderList head)
    {
        base.AddHeadersTo(head);
        inner.AddHeadersTo(head);
    }

    private sealed class Counter(ContentSink sink, long? total, IProgress<UploadProgress> progress) : WrappingSink(sink)
    {
        private long _sent;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> piece) => WriteAsync(new ReadOnlySequence<byte>(piece));

        public override async ValueTask WriteAsync(ReadOnlySequence<byte> pieces)
        {
            while (!pieces.IsEmpty)
            {
                ReadOnlySequence<byte> step = pieces.Slice(0, Math.Min(Step, pieces.Length));
                await Inner.WriteAsync(step).ConfigureAwait(false);
                Report(step.Length);
                pieces = pieces.Slice(step.End);
            }
        }

        public override void Write(ReadOnlyMemory<byte> piece) => Write(new ReadOnlySequence<byte>(piece));

        public override void Write(ReadOnlySequence<byte> pieces)
        {
            while (!pieces.IsEmpty)
            {
                ReadOnlySequence<byte> step = pieces.Slice(0, Math.Min(Step, pieces.Length));
                Inner.Write(step);
                Report(step.Length);
                pieces = pieces.Slice(step.End);
            }
        }

        private void Report(long count)
        {
            _sent += count;
            progress.Report(new(_sent, total));
        }
    }
}
