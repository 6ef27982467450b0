using System.IO.Pipelines;

namespace PollHttp.Requests;

/// <summary>Represents a content that a function writes.</summary>
internal sealed class WriterContent(Func<PipeWriter, CancellationToken, Task> write, long? length) : RequestContent
{
    private const int BlockSize = 16 * 1024;

    public override long? Length => length;

    internal override string Description => "RequestContent.FromWriter";

    public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
    {
        var gather = new GatheringSink(sink);
        PipeWriter writer = PipeWriter.Create(new SinkStream(gather), new(minimumBufferSize: BlockSize, leaveOpen: true));
        try
        {
            Task writing = write(writer, cancellationToken) ?? throw new InvalidOperationException("The function returned no task.");
            await writing.ConfigureAwait(sink.KeepsContext);
        }
        catch (Exception error)
        {
            gather.Discard();
            await writer.CompleteAsync(error).ConfigureAwait(sink.KeepsContext);
            throw;
        }

        await writer.CompleteAsync().ConfigureAwait(sink.KeepsContext);
        await gather.FlushAsync().ConfigureAwait(sink.KeepsContext);
    }
}
