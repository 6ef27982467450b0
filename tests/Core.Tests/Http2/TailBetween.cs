using System.Buffers;
using System.Net;

namespace PollHttp.Core.Tests;

/// <summary>
/// A connection on which the tail of a body arrives between any two questions: the first answer is from before it, each further one from after it.
/// </summary>
internal sealed class TailBetween(byte[] head, byte[] whole) : HttpConnection
{
    private int _questions;

    private bool HasTail => _questions++ > 0;

    public override Version Protocol => HttpVersion.Version20;

    public override int AvailableExchanges => 0;

    public override int OpenExchanges => 1;

    public override CloseReasons CloseReasons => CloseReasons.None;

    public override Fault Fault => default;

    public override Wants Wants => Wants.Nothing;

    public override long CompletedExchanges => 0;

    internal override Instant LastTime => default;

    internal override bool TimeMayHavePassed => false;

    internal override bool JustAsked => false;

    internal override bool IsSwitched => false;

    public override Memory<byte> GetReceiveBuffer(int sizeHint = 0) => default;

    public override void CommitReceived(int count, Instant now) => throw new NotSupportedException();

    public override void ReceiveEnd(EndKind kind) => throw new NotSupportedException();

    public override void TransportFailed(TransportDirection direction, TransportFailure failure) => throw new NotSupportedException();

    public override void AdvanceSent(long count, Instant now) => throw new NotSupportedException();

    public override void HandleDeadline(Instant now) => throw new NotSupportedException();

    public override ExchangeId Begin(RequestHead head, ContentFraming content, Instant now, ExchangeOptions? options = null) => throw new NotSupportedException();

    public override int Write(ExchangeId exchange, ReadOnlyMemory<byte> data) => throw new NotSupportedException();

    public override void FinishBody(ExchangeId exchange, HeaderList? trailers = null) => throw new NotSupportedException();

    public override void AbandonBody(ExchangeId exchange) => throw new NotSupportedException();

    public override void ConsumeBody(ExchangeId exchange, long count) => throw new NotSupportedException();

    public override void ExamineBody(ExchangeId exchange, long count) => throw new NotSupportedException();

    public override void Abort(ExchangeId exchange, bool whileRead = false) => throw new NotSupportedException();

    public override void Release(ExchangeId exchange) => throw new NotSupportedException();

    public override void Close(bool whileRead = false) => throw new NotSupportedException();

    public override ReadOnlyMemory<byte> TakeTunnel() => throw new NotSupportedException();

    public override ConnectionEvent Poll(Instant now) => default;

    public override ReadOnlySequence<byte> GetOutput() => ReadOnlySequence<byte>.Empty;

    internal override void ReleaseIdleMemory() => throw new NotSupportedException();

    internal override SendState GetSendState(ExchangeId exchange) => throw new NotSupportedException();

    internal override ReceiveState GetReceiveState(ExchangeId exchange) => throw new NotSupportedException();

    internal override Fault GetFault(ExchangeId exchange) => throw new NotSupportedException();

    internal override ResponseHead GetResponseHead(ExchangeId exchange) => throw new NotSupportedException();

    internal override HeaderBlock GetTrailers(ExchangeId exchange) => throw new NotSupportedException();

    internal override ReadOnlySequence<byte> GetBody(ExchangeId exchange) => new(HasTail ? whole : head);

    internal override ReadOnlyMemory<byte> GetBodySlice(ExchangeId exchange) => HasTail ? whole : head;

    internal override long GetBodyBytesReceived(ExchangeId exchange) => HasTail ? whole.Length : head.Length;

    internal override bool IsBodyReceived(ExchangeId exchange) => HasTail;

    internal override long GetRequestBytesSent(ExchangeId exchange) => throw new NotSupportedException();

    internal override long GetWriteRoom(ExchangeId exchange) => throw new NotSupportedException();

    internal override ExchangeTimes GetTimes(ExchangeId exchange) => throw new NotSupportedException();
}
