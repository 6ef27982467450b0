using System.IO.Pipelines;

namespace PollHttp.Requests;

/// <summary>Represents a content from a pipe: all available data is sent at once, and the reader advances when it was sent.</summary>
internal sealed class PipeContent(PipeReader reader, long? length) : RequestContent
{
    public override long? Length => length;

    internal override string Description => "RequestContent.FromPipe";

    public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
    {
        Exception? failure = null;
        try
        {
            bool completed = false;
            while (!completed)
            {
                ReadResult result = await reader.ReadAsync(cancellationToken).ConfigureAwait(sink.KeepsContext);
                if (result.IsCanceled)
                {
                    throw new OperationCanceledException("The read from the request's pipe was canceled.");
                }

                await sink.WriteAsync(result.Buffer).ConfigureAwait(sink.KeepsContext);
                reader.AdvanceTo(result.Buffer.End);
                completed = result.IsCompleted;
            }
        }
        catch (Exception error)
        {
            failure = error;
            throw;
        }
        finally
        {
            await reader.CompleteAsync(failure).ConfigureAwait(sink.KeepsContext);
        }
    }
}
