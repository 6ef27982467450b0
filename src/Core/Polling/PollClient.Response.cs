namespace PollHttp.Core;

// The response: its head, which stays until the next Request, and its body. No I/O.
public sealed partial class PollClient
{
    private const int MinReadChunkSize = 256;
    private const int MaxReadChunkSize = 16 * 1024 * 1024;

    private ResponseHead? _head;

    // Set when the client has its own copy of the head, since its connection is gone.
    private HeaderField[]? _keptTrailers;

    /// <summary>
    /// Gets a value indicating whether the head of a final response (not 1xx, except 101) to the last request was received.
    /// </summary>
    public bool HasResponse => _head is not null;

    /// <summary>Gets a value indicating whether the body comes in chunks (RFC 9112 §7.1); false without a response.</summary>
    public bool IsResponseChunked => _head is { Framing.Kind: BodyFramingKind.Chunked };

    /// <summary>Gets the status code, 100 to 999; 0 without a response.</summary>
    public int ResponseCode => _head?.StatusCode ?? 0;

    /// <summary>
    /// Gets the fields in the order, case and number received; empty without a response. The list stays, even after Close, until the next
    /// Request, which refills it: copy what you need longer. Strings are made on access.
    /// </summary>
    public IReadOnlyList<HeaderField> ResponseHeaders => _head is null ? [] : _head.Headers;

    /// <summary>
    /// Gets the length of the body, up to 2⁶³ − 1: 0 for a response without body (HEAD, 204, 304); −1 if unknown, chunked, or without a
    /// response.
    /// </summary>
    public long ResponseBodyLength => _head?.Framing switch
    {
        { Kind: BodyFramingKind.Length } framing => framing.Length,
        { Kind: BodyFramingKind.None } => 0,
        _ => -1,
    };

    /// <summary>
    /// Gets the trailer section (RFC 9110 §6.5): empty until the whole body was received, and if there are none. Stays until the next
    /// Request, like <see cref="ResponseHeaders"/>.
    /// </summary>
    public IReadOnlyList<HeaderField> Trailers =>
        _head is null || _connection is null || _keptTrailers is not null ? _keptTrailers ?? [] : Exchange.Trailers;

    /// <summary>
    /// Gets or sets the maximum number of bytes that <see cref="ReadResponseBodyChunk()"/> returns: 256 to 16,777,216; 65,536 by default.
    /// It does not limit the other ways of reading.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside this range.</exception>
    public int ReadChunkSize
    {
        get;
        set
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ArgumentOutOfRangeException.ThrowIfLessThan(value, MinReadChunkSize);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxReadChunkSize);
            field = value;
        }
    } = 64 * 1024;

    /// <summary>
    /// Returns a new dictionary of the fields by name, ignoring case. Several values of one name are joined with <c>"; "</c>, as Godot
    /// does. For Set-Cookie and some others this loses information: use <see cref="ResponseHeaders"/> for the exact fields.
    /// </summary>
    public IReadOnlyDictionary<string, string> GetResponseHeadersAsDictionary()
    {
        Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);
        foreach (HeaderField field in ResponseHeaders)
        {
            fields[field.Name] = fields.TryGetValue(field.Name, out string? before) ? before + "; " + field.Value : field.Value;
        }

        return fields;
    }

    /// <summary>
    /// Takes received body bytes, at most <see cref="ReadChunkSize"/>, into a new array. Does no I/O. Taking the last byte changes the
    /// status at once from Body to Connected, or to Disconnected if the connection can't be used again.
    /// </summary>
    /// <returns>The bytes. If empty, check <see cref="Status"/>; while it is Body, wait and poll again.</returns>
    /// <remarks>A failure takes effect once the bytes before it have been read: then the status changes from Body to
    /// ConnectionError.</remarks>
    public byte[] ReadResponseBodyChunk()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Readable is null)
        {
            return [];
        }

        long there = Exchange.Body.Length;
        if (there == 0)
        {
            return [];
        }

        byte[] chunk = GC.AllocateUninitializedArray<byte>((int)Math.Min(there, ReadChunkSize));
        int read = ReadResponseBodyChunk(chunk);
        return read == chunk.Length ? chunk : chunk[..read];
    }

    /// <summary>Copies received body bytes into <paramref name="destination"/>; otherwise like the other overload.</summary>
    /// <param name="destination">Receives the bytes; filled as far as bytes are available.</param>
    /// <returns>The number of bytes. If 0, check <see cref="Status"/>; while it is Body, wait and poll again.</returns>
    public int ReadResponseBodyChunk(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int read = 0;
        while (read < destination.Length && TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
        {
            int count = Math.Min(slice.Length, destination.Length - read);
            slice.Span[..count].CopyTo(destination[read..]);
            AdvanceBody(count);
            read += count;
        }

        return read;
    }

    /// <summary>
    /// Gets the next contiguous piece of the received body, without copying or consuming it; <see cref="AdvanceBody"/> consumes it.
    /// </summary>
    /// <param name="slice"> A slice of the receive buffer itself. Its bytes are unchanged, over any number of <see cref="Poll"/> calls,
    /// until AdvanceBody consumes them, or Close, ConnectToHost or Dispose is called. </param>
    /// <returns>False if there is none: check <see cref="Status"/>; while it is Body, wait and poll again.</returns>
    public bool TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        slice = Readable is not null ? Exchange.BodySlice : default;
        return !slice.IsEmpty;
    }

    /// <summary>
    /// Consumes the first bytes of the received body; their memory is no longer valid. Consuming the last one advances <see cref="Status"/>
    /// at once. Does no I/O.
    /// </summary>
    /// <param name="count">0 to the length of the slice.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative, or more than has been received.</exception>
    public void AdvanceBody(int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ThrowIfConsuming(nameof(AdvanceBody));
        if (count == 0)
        {
            return;
        }

        if (Readable is not { } connection)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "There is no body to take bytes of.");
        }

        connection.Http.ConsumeBody(_exchange, count);
        Drain();
    }

    /// <summary>Gets the latest exchange; there must be a connection.</summary>
    private HttpExchange Exchange => new(_connection!.Http, _exchange);

    private PollConnection? Readable => Status == PollStatus.Body ? _connection : null;

    private void ClearResponse()
    {
        _head = null;
        _keptTrailers = null;
    }

    /// <summary>Copies head and trailers from the connection, which is about to be disposed.</summary>
    private void KeepResponse()
    {
        if (_head is null || _keptTrailers is not null)
        {
            return;
        }

        HttpExchange exchange = Exchange;
        _keptTrailers = exchange.Trailers.Count == 0 ? [] : [.. exchange.Trailers];
        _head = exchange.DetachResponseHead();
    }
}
