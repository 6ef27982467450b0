using System.IO.Pipelines;
using System.Text;
using PollHttp.Requests;

namespace PollHttp;

/// <summary>
/// The content of a request. It writes itself into a <see cref="ContentSink"/>, which holds it up while the connection has no
/// room: so a content of any size needs the memory of a piece or two.
/// </summary>
/// <remarks>
/// Derive from it for a content of your own: override <see cref="WriteToAsync"/>, and <see cref="WriteTo"/> where the content
/// can be made without waiting for other threads. A write into the sink that fails ends the content.
/// </remarks>
public abstract partial class RequestContent
{
    private HeaderList? _headers;
    private HeaderList? _trailers;

    /// <summary>How many bytes there are, or null when that is not known: the content goes in chunks then.</summary>
    public virtual long? Length => null;

    /// <summary>Gets a value indicating whether the content can be written again and gives the same bytes. One that can't is sent once: a
    /// redirect or a retry that would need it again fails and says so.</summary>
    public virtual bool IsReplayable => false;

    /// <summary>What to send as Content-Type where the request has none.</summary>
    public string? ContentType { get; set; }

    /// <summary>Fields that describe the content (Content-Encoding, Content-Language, …): sent where the request has none of the name.</summary>
    public HeaderList Headers => _headers ??= new();

    /// <summary>
    /// Fields sent after the content (RFC 9110 §6.5), read when it has ended: a digest of it, for example. Taking this list, even
    /// if it stays empty, has the content sent in chunks, so take it before sending.
    /// </summary>
    public HeaderList Trailers => _trailers ??= new();

    internal virtual HeaderList? TrailersOrNull => _trailers;

    /// <summary>Gets what an error calls it: the type that its user knows, or how it was made.</summary>
    internal virtual string Description => GetType().Name;

    /// <summary>Gets a value indicating whether the head of a request with this content has fields that come from it.</summary>
    internal virtual bool HasHeaders => ContentType is not null || _headers is { Count: > 0 };

    /// <summary>Writes the content, waiting where the sink or its own source does. Called again only when <see cref="IsReplayable"/>.</summary>
    /// <param name="sink">Where to; not to be used after the task is complete.</param>
    /// <param name="cancellationToken">Canceled when the rest is not wanted any more.</param>
    public abstract ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default);

    /// <summary>Writes the content on the calling thread. Unless overridden, it runs <see cref="WriteToAsync"/> and blocks where that
    /// waits for something other than the sink. In a blocking call such a wait ends with the call, and the token is canceled.</summary>
    public virtual void WriteTo(ContentSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ValueTask writing = WriteToAsync(new SynchronousSink(sink), sink.Stopped);
        if (!writing.IsCompletedSuccessfully)
        {
            sink.WaitFor(writing.AsTask());
        }
    }

    /// <summary>Writes the content into a stream.</summary>
    public ValueTask CopyToAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return WriteToAsync(new StreamSink(destination), cancellationToken);
    }

    /// <summary>Writes the content into a stream, on the calling thread.</summary>
    public void CopyTo(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        WriteTo(new StreamSink(destination));
    }

    /// <summary>Returns the whole content, where it is memory already.</summary>
    internal virtual bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return false;
    }

    /// <summary>Adds the fields that describe the content, where the head has none of that name.</summary>
    internal virtual void AddHeadersTo(HeaderList head)
    {
        if (_headers is not null)
        {
            int own = head.Count;
            foreach (HeaderField field in _headers)
            {
                if (!Contains(head, own, field.Name))
                {
                    head.Add(field);
                }
            }
        }

        if (ContentType is not null && !head.Contains("Content-Type"))
        {
            head.Add("Content-Type", ContentType);
        }
    }

    /// <summary>Content that is in memory; it must not change until the response head has arrived.</summary>
    public static RequestContent FromBytes(ReadOnlyMemory<byte> bytes, string? contentType = null) =>
        new MemoryContent(bytes) { ContentType = contentType };

    /// <summary>Content that is in several pieces of memory; none of it must change until the response head has arrived.</summary>
    public static RequestContent FromSequence(ReadOnlySequence<byte> bytes, string? contentType = null) => bytes.IsSingleSegment
        ? FromBytes(bytes.First, contentType)
        : new SequenceContent(bytes) { ContentType = contentType };

    /// <summary>Text, in UTF-8 where no encoding is given.</summary>
    public static RequestContent FromString(string text, string mediaType = "text/plain", Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        encoding ??= Encoding.UTF8;
        return new MemoryContent(encoding.GetBytes(text)) { ContentType = $"{mediaType}; charset={encoding.WebName}" };
    }

    /// <summary>What a stream gives from where it stands; it is not disposed. Replayable where it can seek.</summary>
    public static RequestContent FromStream(Stream stream, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new StreamedContent(stream, length);
    }

    /// <summary>What a pipe gives until its writer completes; the reader is completed at the end.</summary>
    public static RequestContent FromPipe(PipeReader reader, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new PipeContent(reader, length);
    }

    /// <summary>What a sequence gives; each piece is used before the next one is asked for. Enumerated once.</summary>
    public static RequestContent FromAsyncEnumerable(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        return new AsyncEnumerableContent(pieces, length);
    }

    /// <summary>
    /// What a function writes into a pipe, which is the connection's end: a flush waits while the connection has no room. The
    /// function need not complete the writer.
    /// </summary>
    /// <param name="write">Called when the content is due. The token is canceled when the rest is not wanted.</param>
    /// <param name="length">How many bytes it will write, or null for chunks.</param>
    public static RequestContent FromWriter(Func<PipeWriter, CancellationToken, Task> write, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        return new WriterContent(write, length);
    }

    private protected static bool Contains(HeaderList head, int count, string name)
    {
        for (int i = 0; i < count; i++)
        {
            if (head[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
