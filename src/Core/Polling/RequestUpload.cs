namespace PollHttp.Core;

/// <summary>The body of the request under way: how much of it was written, and whether it is still to be.</summary>
internal struct RequestUpload
{
    // In pieces, so that an early refusal finds most of a large body unwritten and can give it up.
    private const int Piece = 64 * 1024;

    private readonly HttpConnection _http;
    private readonly ExchangeId _id;
    private ReadOnlyMemory<byte> _rest;
    private bool _isOpen;

    /// <param name="http">The connection.</param>
    /// <param name="id">The exchange, just begun.</param>
    /// <param name="body">The body, borrowed until the response has ended; empty for none.</param>
    public RequestUpload(HttpConnection http, ExchangeId id, ReadOnlyMemory<byte> body) => (_http, _id, _rest, _isOpen) = (http, id, body, !body.IsEmpty);

    /// <summary>Gives the connection as much of the body as it takes.</summary>
    /// <param name="hasHead">Whether the final head of the response is there.</param>
    /// <returns>Whether it took anything.</returns>
    public bool Pump(bool hasHead)
    {
        bool moved = false;
        while (_isOpen && CanWrite(hasHead))
        {
            if (_rest.IsEmpty)
            {
                _http.FinishBody(_id);
                _isOpen = false;
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

    /// <summary>Gives up what was not sent. The response can still be read.</summary>
    public void Abandon()
    {
        if (_isOpen)
        {
            _http.AbandonBody(_id);
            this = default;
        }
    }

    // While an interim 100 is awaited, content may be written only once a final head came instead.
    private readonly bool CanWrite(bool hasHead) => _http.GetSendState(_id) is var state
        && (state == SendState.Body || (state == SendState.AwaitContinue && hasHead));
}
