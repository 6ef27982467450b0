using PollHttp.Bodies;

namespace PollHttp.Responses;

/// <summary>
/// Represents a body that reports its progress, before decoding. It reports on the reader's thread, within its call, so that an exception
/// of the receiver fails only that read.
/// </summary>
internal sealed class ProgressBody(BodySource inner, IProgress<ResponseProgress> progress, long? total) : BodySource
{
    private long _told;
    private bool _toldEnd;

    public override PollLoop Loop => inner.Loop;

    public override IReadOnlyList<HeaderField> Trailers => inner.Trailers;

    public override BodySource Coded => inner.Coded;

    public override long BytesReceived => inner.BytesReceived;

    public override bool TryRead(long examined, out ReadOnlySequence<byte> data, out bool completed)
    {
        bool isReady = inner.TryRead(examined, out data, out completed);
        while (isReady && HasNews(completed, out ResponseProgress news))
        {
            progress.Report(news); // may end the reading: then the next read throws
            isReady = inner.TryRead(examined, out data, out completed);
        }

        return isReady;
    }

    public override void Advance(long consumed, long examined = 0) => inner.Advance(consumed, examined);

    public override ValueTask WaitAsync(long examined, CancellationToken token) => inner.WaitAsync(examined, token);

    public override void Wait(long examined) => inner.Wait(examined);

    public override void Finish(bool byReader) => inner.Finish(byReader);

    public override void Abort(Exception error) => inner.Abort(error);

    public override void CancelWait() => inner.CancelWait();

    public override bool TakeCancel() => inner.TakeCancel();

    protected override void Interrupt()
    {
        // CancelWait goes to the inner source, which is the one that waits.
    }

    private bool HasNews(bool completed, out ResponseProgress news)
    {
        long bytes = inner.BytesReceived;
        news = new(bytes, completed ? bytes : total);
        if (_toldEnd || (bytes == _told && !completed))
        {
            return false;
        }

        _told = bytes;
        _toldEnd = completed || bytes == total;
        return true;
    }
}
