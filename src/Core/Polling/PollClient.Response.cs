namespace PollHttp.Core;

// The response: its head, which stays until the next Request, and its body. No I/O.
public sealed partial class PollClient
{
    private const int MinReadChunkSize = 256;
    private const int MaxReadChunkSize = 16 * 1024 * 1024;

    private ResponseHead? _head;

    // Set where the head is the client's own, since its connection is gone.
    private HeaderField[]? _keptTrailers;

    /// <summary>Gets a value indicating whether the head of a final (not 1xx, but for 101) response to the last request was
    /// received.</summary>
    public bool HasResponse => _head is not null;

    /// <summary>Gets a value indicating whether the body comes in chunks (RFC 9112 §7.1); false without a response.</summary>
    public bool IsResponseChunked => _head is { Framing.Kind: BodyFramingKind.Chunked };

    /// <summary>Gets the status code, 100 to 999; 0 without a response.</summary>
    public int ResponseCode => _head?.StatusCode ?? 0;

    /// <summary>
    /// Gets the fields in the order, case and number received; empty without a response. The list stays, also over Close, until the next
    /// Request, which fills the same one anew: copy what must live longer. Strings are made on access.
    /// </summary>
    public IReadOnlyList<HeaderField> ResponseHeaders => _head is null ? [] : _head.Headers;

    /// <summary>
    /// Gets the bytes the body will have, up to 2⁶³ − 1: 0 where there is none by rule (HEAD, 204, 304); −1 when unknown, chunked, or
    /// without a response.
    /// </summary>
    public long ResponseBodyLength => _head?.Framing switch
    {
        { Kind: BodyFramingKind.Length } framing => framing.Length,
        { Kind: BodyFramingKind.None } => 0,
        _ => -1,
    };

    /// <summary>
    /// Gets the trailer section (RFC 9110 §6.5): empty until the body was received whole, and when there is none. Stays until the next
    /// Request, like <see cref="ResponseHeaders"/>.
    /// </summary>
    public IReadOnlyList<HeaderField> Trailers =>
        _head is null || _connection is null || _keptTrailers is not null ? _keptTrailers ?? [] : Exchange.Trailers;

    /// <summary>
    /// Gets or sets the most bytes <see cref="ReadResponseBodyChunk()"/> returns: 256 to 16,777,216; 65,536 at first. The other forms of
    /// reading are not bounded by it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
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
    /// Returns the fields by name, whose case does not matter; several of one name are joined with <c>"; "</c>, as Godot does. That can't
    /// be undone for Set-Cookie and others: <see cref="ResponseHeaders"/> is the exact form. A new dictionary each time.
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
    /// Takes received body bytes, at most <see cref="ReadChunkSize"/>, into a new array. Does no I/O. Taking the last byte moves
    /// Body to Connected, or to Disconnected when the connection can't be used again, at once.
    /// </summary>
    /// <returns>Empty: look at <see cref="Status"/>; while it is Body, wait and poll again.</returns>
    /// <remarks>A failure takes effect once what came before it has been read: then Body moves to ConnectionError.</remarks>
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

    /// <summary>Copies received body bytes into <paramref name="destination"/>; otherwise like the other form.</summary>
    /// <param name="destination">Where to; filled as far as bytes are there.</param>
    /// <returns>How many bytes; 0: look at <see cref="Status"/>; while it is Body, wait and poll again.</returns>
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
    /// Hands out the next contiguous piece of received body, without copying and without taking it: <see cref="AdvanceBody"/> does.
    /// </summary>
    /// <param name="slice">
    /// In the receive buffer itself. Its bytes stay unchanged, over any number of <see cref="Poll"/> calls, until AdvanceBody passes
    /// them, or Close, ConnectToHost, or Dispose.
    /// </param>
    /// <returns>False when there is none: look at <see cref="Status"/>; while it is Body, wait and poll again.</returns>
    public bool TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        slice = Readable is not null ? Exchange.BodySlice : default;
        return !slice.IsEmpty;
    }

    /// <summary>
    /// Takes the first bytes of the received body: their memory is no longer valid. Taking the last one moves
    /// <see cref="Status"/> on at once. Does no I/O.
    /// </summary>
    /// <param name="count">0 to the length of the slice handed out.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than has been received.</exception>
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

    /// <summary>Gets the exchange begun last; there must be a connection.</summary>
    private HttpExchange Exchange => new(_connection!.Http, _exchange);

    private PollConnection? Readable => Status == PollStatus.Body ? _connection : null;

    private void ClearResponse()
    {
        _head = null;
        _keptTrailers = null;
    }

    /// <summary>Takes head and trailers from the connection, which is about to go.</summary>
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
