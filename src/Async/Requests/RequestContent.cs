using System.IO.Pipelines;
using System.Text;
using PollHttp.Requests;

namespace PollHttp;

/// <summary>
/// Represents the content of a request. It writes itself into a <see cref="ContentSink"/>, which makes it wait while the connection has no
/// room. So a content of any size needs the memory of a piece or two.
/// </summary>
/// <remarks>
/// To implement your own content, derive from this class and override <see cref="WriteToAsync"/>, and <see cref="WriteTo"/> if the content
/// can be produced without waiting for other threads. A failed write into the sink ends the content.
/// </remarks>
public abstract partial class RequestContent
{
    private HeaderList? _headers;
    private HeaderList? _trailers;

    /// <summary>Gets the number of bytes, or null if unknown; then the content is sent in chunks.</summary>
    public virtual long? Length => null;

    /// <summary>
    /// Gets a value indicating whether the content can be written again and gives the same bytes. Other contents are sent once: a redirect
    /// or a retry that would need the content again fails with an exception.
    /// </summary>
    public virtual bool IsReplayable => false;

    /// <summary>Gets or sets the Content-Type to send if the request has none.</summary>
    public string? ContentType { get; set; }

    /// <summary>
    /// Gets the fields that describe the content (Content-Encoding, Content-Language, …). A field is sent if the request has none of the
    /// name.
    /// </summary>
    public HeaderList Headers => _headers ??= new();

    /// <summary>
    /// Gets the fields to send after the content (RFC 9110 §6.5), for example a digest; they are read when the content has ended. Reading
    /// this property makes the content be sent in chunks, even if the list stays empty, so read it before sending. Some servers (Go's) drop
    /// trailers whose names are not in a Trailer field: add one to <see cref="Headers"/>.
    /// </summary>
    public HeaderList Trailers => _trailers ??= new();

    internal virtual HeaderList? TrailersOrNull => _trailers;

    /// <summary>Gets the name of the content in errors: its type, or how it was created.</summary>
    internal virtual string Description => GetType().Name;

    /// <summary>Gets a value indicating whether the content adds fields to the head of its request.</summary>
    internal virtual bool HasHeaders => ContentType is not null || _headers is { Count: > 0 };

    /// <summary>Writes the content, and waits if the sink or its own source does. Called again only if
    /// <see cref="IsReplayable"/>.</summary>
    /// <param name="sink">The sink to write to; must not be used after the task is complete.</param>
    /// <param name="cancellationToken">Canceled when the rest is no longer needed.</param>
    public abstract ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default);

    /// <summary>Writes the content on the calling thread. Unless overridden, it runs <see cref="WriteToAsync"/> and blocks while that waits
    /// for anything other than the sink. In a blocking call such a wait ends with the call, and the token is canceled.</summary>
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

    /// <summary>Gets the whole content, if it is already in memory.</summary>
    internal virtual bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return false;
    }

    /// <summary>Adds the fields that describe the content, if the head has none of the name.</summary>
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

    /// <summary>Returns a content from memory, which must not change until the response head has arrived.</summary>
    public static RequestContent FromBytes(ReadOnlyMemory<byte> bytes, string? contentType = null) =>
        new MemoryContent(bytes) { ContentType = contentType };

    /// <summary>Returns a content from several pieces of memory, which must not change until the response head has arrived.</summary>
    public static RequestContent FromSequence(ReadOnlySequence<byte> bytes, string? contentType = null) => bytes.IsSingleSegment
        ? FromBytes(bytes.First, contentType)
        : new SequenceContent(bytes) { ContentType = contentType };

    /// <summary>Returns a content from text, in UTF-8 unless an encoding is given.</summary>
    public static RequestContent FromString(string text, string mediaType = "text/plain", Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        encoding ??= Encoding.UTF8;
        return new MemoryContent(encoding.GetBytes(text)) { ContentType = $"{mediaType}; charset={encoding.WebName}" };
    }

    /// <summary>
    /// Returns a content from a stream, from its current position. The stream is not disposed. Replayable if it can seek.
    /// </summary>
    public static RequestContent FromStream(Stream stream, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new StreamedContent(stream, length);
    }

    /// <summary>Returns a content from a pipe, until its writer completes; the reader is completed at the end.</summary>
    public static RequestContent FromPipe(PipeReader reader, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new PipeContent(reader, length);
    }

    /// <summary>Returns a content from a sequence; each piece is sent before the next one is requested. Enumerated once.</summary>
    public static RequestContent FromAsyncEnumerable(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        return new AsyncEnumerableContent(pieces, length);
    }

    /// <summary>
    /// Returns a content that a function writes into a pipe, which leads to the connection: a flush waits while the connection has no room.
    /// The function need not complete the writer.
    /// </summary>
    /// <param name="write">Called when the content is needed. The token is canceled when the rest is no longer needed.</param>
    /// <param name="length">The number of bytes it will write, or null for chunks.</param>
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
