using System.Buffers;

namespace PollHttp.Core;

/// <content>The getters of the current exchange, or of the last one until it is released.</content>
internal sealed partial class Http1Connection
{
    private static readonly HeaderBlock s_noFields = new ResponseHead().Headers;

    /// <inheritdoc/>
    internal override SendState GetSendState(ExchangeId exchange) => !IsKnown(exchange) ? SendState.Closed
        : _state.Send == SendState.Idle ? SendState.Done // the connection is ready for the next one
        : _state.Send;

    /// <inheritdoc/>
    internal override ReceiveState GetReceiveState(ExchangeId exchange) => !IsKnown(exchange) ? ReceiveState.Closed
        : _state.Receive == ReceiveState.Idle ? ReceiveState.Done
        : _state.Receive;

    /// <inheritdoc/>
    internal override Fault GetFault(ExchangeId exchange) => IsKnown(exchange) ? _fault : default;

    /// <inheritdoc/>
    internal override ResponseHead GetResponseHead(ExchangeId exchange)
    {
        if (!IsKnown(exchange))
        {
            Misuse.Throw(nameof(HttpExchange.ResponseHead), "that exchange was released");
        }

        if (_head.StatusCode == 0)
        {
            Misuse.Throw(nameof(HttpExchange.ResponseHead), "no head has been received");
        }

        return _head;
    }

    /// <inheritdoc/>
    internal override HeaderBlock GetTrailers(ExchangeId exchange) => IsKnown(exchange) ? _trailers.Headers : s_noFields;

    /// <inheritdoc/>
    internal override ReadOnlySequence<byte> GetBody(ExchangeId exchange) => IsKnown(exchange) ? _received.Body : default;

    /// <inheritdoc/>
    internal override ReadOnlyMemory<byte> GetBodySlice(ExchangeId exchange) => IsKnown(exchange) ? _received.FirstSlice : default;

    /// <inheritdoc/>
    internal override long GetBodyBytesReceived(ExchangeId exchange) => IsKnown(exchange) ? _bodyReceived : 0;

    /// <inheritdoc/>
    internal override bool IsBodyReceived(ExchangeId exchange) => IsKnown(exchange)
        && _progress is ResponseProgress.Whole or ResponseProgress.Ended or ResponseProgress.Tunnel or ResponseProgress.TunnelTaken;

    /// <inheritdoc/>
    internal override long GetRequestBytesSent(ExchangeId exchange) => IsKnown(exchange) ? _requestBytesSent : 0;

    /// <inheritdoc/>
    internal override long GetWriteRoom(ExchangeId exchange) =>
        exchange == _current && AwaitsContent ? Math.Max(0, _limits.SendHighWater - _output.Length) : 0;

    /// <inheritdoc/>
    internal override ExchangeTimes GetTimes(ExchangeId exchange) => IsKnown(exchange) ? _times : new();

    private bool IsKnown(ExchangeId exchange) => exchange == _latest && exchange.Value != 0;
}
