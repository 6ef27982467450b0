using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace PollHttp.Requests;

/// <summary>Adapts a content made for HttpClient, with its fields: it writes into a stream that wraps the sink.</summary>
/// <param name="inner">The content.</param>
/// <param name="isAskedAgain">Whether the content is written again after a challenge or a redirect, whatever its type, as in the platform's
/// handler; a content that can't be read twice then throws.</param>
internal sealed class HttpContentAdapter(HttpContent inner, bool isAskedAgain = false) : RequestContent
{
    // Contents up to these sizes are copied instead of being passed to a worker: that costs less than a thread switch.
    private const int CopiedSize = 64 * 1024;

    public override long? Length => inner.Headers.ContentLength;

    public override bool IsReplayable => CanBeReplayed(inner);

    internal override bool HasHeaders => true;

    internal override bool IsAskedAgain => isAskedAgain;

    internal override string Description => inner.GetType().Name;

    public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
    {
        var gather = new GatheringSink(sink);
        await inner.CopyToAsync(new SinkStream(gather), sink.TransportContext, cancellationToken).ConfigureAwait(sink.KeepsContext);
        await gather.FlushAsync().ConfigureAwait(sink.KeepsContext);
    }

    /// <exception cref="NotSupportedException">The content can only be written asynchronously.</exception>
    public override void WriteTo(ContentSink sink)
    {
        var gather = new GatheringSink(sink);
        sink.WatchTime();
        inner.CopyTo(new SinkStream(gather), sink.TransportContext, sink.Stopped);
        gather.Flush();
    }

    internal override void AddHeadersTo(HeaderList head)
    {
        int own = head.Count;
        foreach (KeyValuePair<string, HeaderStringValues> header in inner.Headers.NonValidated)
        {
            if (header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || Contains(head, own, header.Key))
            {
                continue; // the length is written by the connection, from the framing
            }

            head.Add(header.Key, header.Value.ToString()); // one line, as on the platform
        }

        base.AddHeadersTo(head);
    }

    internal override bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        // Exactly these types: derived types may do anything, and run where user code may run.
        Type type = inner.GetType();
        bool isMemory = type == typeof(StringContent) || type == typeof(ByteArrayContent)
            || type == typeof(FormUrlEncodedContent) || type == typeof(ReadOnlyMemoryContent);
        memory = default;
        if (!isMemory || Length is not ({ } length and <= CopiedSize))
        {
            return false;
        }

        var copy = new MemoryStream((int)length);
        inner.CopyTo(copy, null, default);
        memory = copy.GetBuffer().AsMemory(0, (int)copy.Length);
        return memory.Length == length; // otherwise a wrong length was set: the upload reports it
    }

    /// <summary>
    /// Determines whether a content can be replayed: contents of memory can, and those of a stream if it can seek (then they have a
    /// length). Other types are unknown, and sending half a content is worse than an error.
    /// </summary>
    private static bool CanBeReplayed(HttpContent content) => content switch
    {
        ByteArrayContent or ReadOnlyMemoryContent or JsonContent => true,
        StreamContent => HasLength(content),
        System.Net.Http.MultipartContent parts => parts.All(CanBeReplayed),
        _ => false,
    };

    /// <summary>
    /// Determines whether a content can compute its length. Checked through a multipart around it:
    /// <see cref="HttpContentHeaders.ContentLength"/> would add a field to a part, which would be sent but not be included in the total
    /// length.
    /// </summary>
    private static bool HasLength(HttpContent content) => new System.Net.Http.MultipartContent { content }.Headers.ContentLength is not null;
}
