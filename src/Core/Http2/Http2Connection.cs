using System.Buffers;
using System.Diagnostics;
using System.Net;
using PollHttp.Core.Http2.Hpack;

namespace PollHttp.Core.Http2;

/// <summary>
/// Implements a client's side of an HTTP/2 connection (RFC 9113), with many exchanges at a time, by prior knowledge or chosen by ALPN.
/// </summary>
/// <remarks>
/// <code>
/// CommitReceived ─► FrameReader ─┬ HEADERS, CONTINUATION ─► HpackDecoder ─► ResponseFields ─► heads of the stream
///                                ├ DATA ─► BodyRuns of the stream
///                                └ the rest ─► PeerSettings, windows, GOAWAY, answers
/// Begin, Write, Finish, Abort ─► Http2Stream ─► SendScheduler ─► FrameQueue ─► GetOutput
/// </code>
/// Received octets are parsed at once, and <see cref="Poll"/> only returns events. Reading never stops for an unread body: the windows limit
/// what the peer may send. The windows of all streams together stay within that of the connection, so that a slow reader delays no other.
/// Exchange n is stream 2n − 1, since <see cref="Begin"/> encodes at once. <c>.Receive</c> has the rules of frames, <c>.Blocks</c> and
/// <c>.Data</c> those of responses, <c>.Control</c> those of the connection, <c>.Send</c> the output, <c>.Ends</c> all ends,
/// <c>.Waiting</c> timers and wants.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
internal sealed partial class Http2Connection : HttpConnection
{
    /// <summary>The largest window (RFC 9113 §6.9.1).</summary>
    private const long MaxWindow = int.MaxValue;

    /// <summary>The payload that every peer accepts. Larger frames would delay other streams.</summary>
    private const int FrameSize = 16_384;

    private const int DefaultWindow = 65_535;
    private const int KeptStreams = 128;

    private readonly ExchangeOptions _own;
    private readonly Http2Options _options;
    private readonly string _scheme;
    private readonly PeerSettings _peer = new();
    private readonly Dictionary<long, Http2Stream> _streams = [];
    private readonly Stack<Http2Stream> _free = new();
    private readonly ClosedStreams _closed = new();
    private readonly FrameReader _reader = new();
    private readonly HpackDecoder _decoder;
    private readonly HpackEncoder _encoder = new();
    private readonly ResponseFields _fields = new();
    private readonly ReceiveSlabs _received;
    private readonly FrameQueue _output;
    private readonly TimerTable _timers = new();
    private FloodGuard _flood;
    private Http2Stage _stage;
    private CloseReasons _reasons;
    private Fault _fault;
    private Instant _now;
    private bool _timeMayHavePassed;
    private long _exchanges;
    private long _completed;
    private int _open;
    private int _lastSent; // the last stream of which anything has left
    private long _reserved;

    /// <summary>Initializes a connection that has sent nothing.</summary>
    /// <param name="own">The options of exchanges that have none of their own; null for the defaults.</param>
    /// <param name="pool">The pool of buffers, or null for <see cref="SlabPool.Shared"/>.</param>
    /// <param name="options">The windows and pings, or null for the defaults.</param>
    /// <param name="isSecure">True if the scheme of requests is https.</param>
    public Http2Connection(ExchangeOptions? own = null, SlabPool? pool = null, Http2Options? options = null, bool isSecure = false)
    {
        _own = own ?? ExchangeOptions.Default;
        _options = options ?? Http2Options.Default;
        _scheme = isSecure ? "https" : "http";
        pool ??= SlabPool.Shared;
        _received = new(pool);
        _output = new(pool);
        _decoder = new(_own.Limits.HeadBytes);
        _receiveWindow = DefaultWindow;
        _sendWindow = DefaultWindow;
    }

    /// <inheritdoc/>
    public override Version Protocol => HttpVersion.Version20;

    /// <inheritdoc/>
    public override int AvailableExchanges
    {
        get
        {
            if (_stage >= Http2Stage.Ending || _reasons != CloseReasons.None || _resetsUnanswered >= MostResetsUnanswered)
            {
                return 0;
            }

            long places = Math.Min(_peer.MaxConcurrentStreams, int.MaxValue) - TakenPlaces;
            long windows = (_options.ReceiveBudget - _reserved) / _options.InitialStreamWindow;
            return (int)Math.Max(0, Math.Min(places, windows));
        }
    }

    /// <inheritdoc/>
    public override ExtendedConnectSupport ExtendedConnect => !_peer.HaveCome ? ExtendedConnectSupport.Unknown
        : _peer.EnablesConnectProtocol ? ExtendedConnectSupport.Supported
        : ExtendedConnectSupport.NotSupported;

    /// <inheritdoc/>
    public override int OpenExchanges => _open;

    /// <inheritdoc/>
    public override CloseReasons CloseReasons => _reasons;

    /// <inheritdoc/>
    public override Fault Fault => _fault;

    /// <inheritdoc/>
    public override long CompletedExchanges => _completed;

    /// <summary>Gets the size of the blocks held for receiving.</summary>
    internal long HeldMemory => _received.Capacity;

    /// <summary>Gets the number of streams that are kept: those open, and those that ended and were not released.</summary>
    internal int HeldStreams => _streams.Count;

    /// <summary>Gets the stage of the connection.</summary>
    internal Http2Stage Stage => _stage;

    /// <summary>Gets the number of places at the peer that are taken: by streams, and by those whose reset it may not have seen.</summary>
    private int TakenPlaces => _open + _resetsQueued + _resetsUnanswered;

    private bool IsOpen => _stage is Http2Stage.AwaitingPreface or Http2Stage.Open;

    /// <summary>Gets a value indicating whether <see cref="GetOutput"/> has something.</summary>
    internal bool IsOutputDue => HasOutput;

    /// <inheritdoc/>
    internal override Instant LastTime => _now;

    /// <inheritdoc/>
    internal override bool TimeMayHavePassed => _timeMayHavePassed;

    /// <inheritdoc/>
    internal override bool JustAsked => false;

    /// <inheritdoc/>
    internal override bool IsSwitched => false;

    /// <inheritdoc/>
    public override ExchangeId Begin(RequestHead head, ContentFraming content, Instant now, ExchangeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (AvailableExchanges == 0)
        {
            Misuse.Throw(nameof(Begin), $"{_open} exchanges are under way, close reasons are {_reasons}", _fault);
        }

        options ??= _own;
        if (head.Protocol is not null && ExtendedConnect != ExtendedConnectSupport.Supported)
        {
            Misuse.Throw(nameof(Begin), $"extended CONNECT is {ExtendedConnect}");
        }

        HeadTraits traits = RequestFields.Check(head, content, _scheme, options.Limits, _peer.MaxHeaderListSize);
        _now = now;
        SendPreface();
        Http2Stream stream = _free.TryPop(out Http2Stream? used) ? used : new();
        stream.Reset();
        stream.Id = new(++_exchanges);
        stream.StreamId = (int)((2 * _exchanges) - 1);
        stream.Options = options;
        stream.Traits = traits;
        stream.Content = content;
        stream.ContentLeft = content.Kind == ContentFramingKind.Chunked ? -1 : content.Kind == ContentFramingKind.Length ? content.Length : 0;
        stream.Urgency = (traits & HeadTraits.Priority) != 0 ? PriorityField.UrgencyOf(head.Headers["Priority"]) : PriorityField.DefaultUrgency;
        stream.SendWindow = _peer.InitialWindow;
        stream.ReceiveWindow = stream.WindowSize = _options.InitialStreamWindow;
        stream.Times = new() { Begun = now };
        stream.PlacesBefore = TakenPlaces;
        _reserved += stream.WindowSize;
        _streams.Add(stream.Id.Value, stream);
        _open++;

        if ((traits & HeadTraits.Connect) != 0)
        {
            stream.ContentLeft = -1; // a tunnel: DATA both ways (RFC 9113 §8.5)
        }

        bool hasContent = stream.ContentLeft != 0;
        _ = stream.Apply(
            !hasContent ? StreamEvent.BeginWithoutContent
            : (traits & HeadTraits.Continue) != 0 ? StreamEvent.BeginExpectContinue
            : StreamEvent.BeginWithContent);
        RequestFields.Encode(head, content, _scheme, traits, _encoder);
        long before = _output.Length;
        QueueFields(stream, endsStream: !hasContent);
        stream.RequestHeadBytes = _output.Length - before;
        if (stream.StreamId >= int.MaxValue - 1)
        {
            _reasons |= CloseReasons.IdsExhausted;
        }

        if (_resetsUnanswered > 0)
        {
            ProbeIfFull(); // the places of streams that were reset would otherwise stay taken while the peer has nothing to send
        }

        _timers.Stop(TimerKind.KeepAliveIdle);
        ArmSendStall();
        ArmPing();
        return stream.Id;
    }

    /// <inheritdoc/>
    public override ConnectionEvent Poll(Instant now)
    {
        _now = now;
        _timeMayHavePassed = false;
        SetClocksDue();
        if (TakeEvent(out ConnectionEvent next))
        {
            return next;
        }

        Maintain(now);
        if (TakeEvent(out next))
        {
            return next;
        }

        if (_stage == Http2Stage.Ended && !HasUnreported)
        {
            _stage = Http2Stage.Closed;
            _timers.StopAll();
            _received.Close();
            return new(EventKind.Closed, default);
        }

        return default;
    }

    /// <summary>Acts on expired timers, and ends a connection that is of no more use. Called after the network was read.</summary>
    internal void Maintain(Instant now)
    {
        _now = now;
        if (_expired.Count > 0)
        {
            ActOnExpired();
        }

        EndIfDone();
    }

    /// <summary>Gets a value indicating whether <see cref="Maintain"/> or the host has something to do for the end of the connection.</summary>
    internal bool IsEndDue => _stage == Http2Stage.Ended || IsOfNoMoreUse;

    /// <summary>Accepts no more exchanges, and ends with GOAWAY after the ones under way.</summary>
    internal void BeginGoingAway() => _reasons |= CloseReasons.ClientAsked;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> TakeTunnel()
    {
        Misuse.Throw(nameof(TakeTunnel), "HTTP/2 gives no connection away");
        return default;
    }

    /// <inheritdoc/>
    public override void Release(ExchangeId exchange)
    {
        if (Find(exchange) is not { } stream)
        {
            return;
        }

        if (stream.IsUnderWay)
        {
            Misuse.Throw(nameof(Release), "that exchange is under way");
        }

        stream.Mark(StreamMarks.Released);
        RecycleIfFree(stream);
    }

    /// <inheritdoc/>
    internal override void ReleaseIdleMemory() => _received.ReleaseIfEmpty();

    private Http2Stream? Find(ExchangeId exchange) => _streams.GetValueOrDefault(exchange.Value);

    /// <summary>Gets the stream of the exchange that a command is for.</summary>
    private Http2Stream Get(ExchangeId exchange, string call)
    {
        Http2Stream? stream = Find(exchange);
        if (stream is null or { IsReleased: true } || stream.Receive == ReceiveState.Closed)
        {
            Misuse.Throw(call, "that exchange is not under way");
        }

        return stream;
    }

    private void RecycleIfFree(Http2Stream stream)
    {
        if (stream.IsFree && _streams.Remove(stream.Id.Value))
        {
            stream.Body.Clear(_received, forget: false);
            stream.Final.Reset();
            stream.Trailers.Reset();
            if (_free.Count < KeptStreams)
            {
                _free.Push(stream);
            }
        }
    }

    private string DebuggerDisplay => $"HTTP/2: {_stage}, {_open} exchanges under way, {CompletedExchanges} completed";
}
