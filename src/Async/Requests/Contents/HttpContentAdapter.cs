using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace PollHttp.Requests;

/// <summary>A content made for HttpClient, with its fields, sent as it is: it pushes into a stream that is the sink.</summary>
/// <param name="inner">The content.</param>
/// <param name="isAskedAgain">Whether a challenge or a redirect has it written again, whatever it is, as the platform's handler does:
/// one that can't be read twice says so itself.</param>
internal sealed class HttpContentAdapter(HttpContent inner, bool isAskedAgain = false) : RequestContent
{
    // Contents of these sizes are copied rather than handed to a worker: that costs less than the change of threads.
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

            head.Add(header.Key, header.Value.ToString()); // one line, as the platform writes it
        }

        base.AddHeadersTo(head);
    }

    internal override bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        // Of these types exactly: what derives from them may do anything, and is run where user code may run.
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
        return memory.Length == length; // otherwise somebody set a wrong length: the upload tells
    }

    /// <summary>Contents of memory are, those of a stream where it can seek (they have a length then). Of other types nothing is
    /// known, and half a content is worse than an error.</summary>
    private static bool CanBeReplayed(HttpContent content) => content switch
    {
        ByteArrayContent or ReadOnlyMemoryContent or JsonContent => true,
        StreamContent => HasLength(content),
        System.Net.Http.MultipartContent parts => parts.All(CanBeReplayed),
        _ => false,
    };

    /// <summary>Determines whether a content can tell its length. Asked by way of a multipart around it:
    /// <see cref="HttpContentHeaders.ContentLength"/> would add a field to a part, which is sent with it and is not in the length of the
    /// whole.</summary>
    private static bool HasLength(HttpContent content) => new System.Net.Http.MultipartContent { content }.Headers.ContentLength is not null;
}
