namespace PollHttp.Core;

/// <summary>
/// Represents the body of the current request: memory, which is written as fast as the connection accepts it, or pieces that the caller
/// writes.
/// </summary>
internal struct RequestUpload
{
    // Written in pieces, so that an early refusal finds most of a large body unwritten and can drop it.
    private const int Piece = 64 * 1024;

    private readonly HttpConnection _http;
    private readonly ExchangeId _id;
    private ReadOnlyMemory<byte> _rest;
    private Source _source;

    private RequestUpload(HttpConnection http, ExchangeId id, Source source) => (_http, _id, _source) = (http, id, source);

    private enum Source
    {
        /// <summary>There is no body, or nothing more of it will be written.</summary>
        None,

        /// <summary>The rest of the body is in memory.</summary>
        Memory,

        /// <summary>The caller writes the body.</summary>
        Caller,
    }

    /// <summary>Gets a value indicating whether the caller has more to write, or to finish the body.</summary>
    public readonly bool AwaitsCaller => _source == Source.Caller;

    /// <summary>Gets a value indicating whether the connection may still read memory that the caller wrote.</summary>
    public bool HoldsMemory { get; private set; }

    /// <param name="http">The connection.</param>
    /// <param name="id">The new exchange.</param>
    /// <param name="body">The body, borrowed until the response has ended; empty for none.</param>
    public static RequestUpload OfMemory(HttpConnection http, ExchangeId id, ReadOnlyMemory<byte> body) =>
        new(http, id, body.IsEmpty ? Source.None : Source.Memory) { _rest = body };

    /// <inheritdoc cref="OfMemory"/>
    /// <param name="http">The connection.</param>
    /// <param name="id">The new exchange.</param>
    /// <param name="content">The framing of the body that the caller writes.</param>
    public static RequestUpload OfCaller(HttpConnection http, ExchangeId id, ContentFraming content) =>
        new(http, id, content.Kind == ContentFramingKind.Chunked || content.Length > 0 ? Source.Caller : Source.None);

    /// <summary>Determines whether the caller can write now.</summary>
    /// <param name="hasHead">Whether the final head of the response has arrived.</param>
    public readonly bool HasRoom(bool hasHead) => _source == Source.Caller && CanWrite(hasHead) && _http.GetWriteRoom(_id) > 0;

    /// <summary>Writes as much of a body in memory as the connection accepts.</summary>
    /// <param name="hasHead">Whether the final head of the response has arrived.</param>
    /// <returns>Whether it accepted anything.</returns>
    public bool Pump(bool hasHead)
    {
        bool moved = false;
        while (_source == Source.Memory && CanWrite(hasHead))
        {
            if (_rest.IsEmpty)
            {
                Finish(null);
                return true;
            }

            int taken = _http.Write(_id, _rest.Length > Piece ? _rest[..Piece] : _rest);
            if (taken == 0)
            {
                break;
            }

            _rest = _rest[taken..];
            moved = true;
        }

        return moved;
    }

    /// <summary>Writes a piece of the caller's body.</summary>
    /// <returns>The number of bytes accepted.</returns>
    public int Write(ReadOnlyMemory<byte> piece, bool hasHead)
    {
        int taken = CanWrite(hasHead) ? _http.Write(_id, piece) : 0;
        HoldsMemory |= taken > 0;
        return taken;
    }

    /// <summary>Ends the body.</summary>
    public void Finish(HeaderList? trailers)
    {
        _http.FinishBody(_id, trailers);
        _source = Source.None;
    }

    /// <summary>Drops what was not sent. The response can still be read.</summary>
    public void Abandon()
    {
        if (_source != Source.None)
        {
            _http.AbandonBody(_id);
            this = default;
        }
    }

    /// <summary>Handles that the connection no longer uses what was written.</summary>
    public void OnReleased() => HoldsMemory = false;

    // While an interim 100 is awaited, content may be written only if a final head arrives instead.
    private readonly bool CanWrite(bool hasHead) => _http.GetSendState(_id) is var state
        && (state == SendState.Body || (state == SendState.AwaitContinue && hasHead));
}
