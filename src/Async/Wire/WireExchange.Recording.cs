using Microsoft.Extensions.Logging;
using PollHttp.Loop;
using PollHttp.Telemetry;
using PollHttp.Wire;

namespace PollHttp;

// How it is filled. By the connection it is on, under that one's lock, and ended also by the thread that ends the call: so it has
// a lock of its own, below that one. What it notes is told to the observer later, with no lock held (Notices), in order.
public sealed partial class WireExchange
{
    private static long s_calls;

    private readonly object _lock = new();
    private readonly WireObserver _observer;
    private readonly ILogger _logger;
    private readonly PollLoop _loop;
    private readonly Instant _start;
    private ExchangeTimes _times = new();
    private int _keptBytes;
    private BodyStart _requestBody;
    private BodyStart _responseBody;

    /// <param name="method">Of the attempt that is sent next.</param>
    /// <param name="uri">Its address.</param>
    /// <param name="startedAt">When the call began.</param>
    /// <param name="context">Who is told, and what else is the same for all calls.</param>
    /// <param name="before">The attempt before, if there is one.</param>
    internal WireExchange(string method, Uri uri, Instant startedAt, WireContext context, WireExchange? before)
    {
        WireObserver observer = context.Observer;
        _observer = observer;
        _logger = context.Logger;
        _loop = context.Loop;
        Notices = before?.Notices ?? new(_loop, context.Continuations);
        _start = before is null ? startedAt : _loop.Now;
        Call = before?.Call ?? Interlocked.Increment(ref s_calls);
        Attempt = before is null ? 0 : before.Attempt + 1;
        StartedAt = _loop.TimeProvider.GetUtcNow() - (_loop.Now - _start);
        Method = method;
        Uri = uri;
        SecretFields = context.SecretFields;
        _keptBytes = before?._keptBytes ?? 0;
        if (before is null)
        {
            TellNow(observer, o => _keptBytes = o.KeptBodyBytes);
        }

        _requestBody = _responseBody = new(_keptBytes);
    }

    /// <summary>What the observer is to be told of the call.</summary>
    internal Notices Notices { get; }

    /// <summary>The head is in the output.</summary>
    internal void OnRequest(in ReadOnlySequence<byte> head, ConnectionInfo connection, long connectionNumber, HttpExchange on)
    {
        lock (_lock)
        {
            if (IsEnded)
            {
                return;
            }

            Request = WireRequest.Read(head);
            Connection = connection;
            ConnectionNumber = connectionNumber;
            Note(on);
            Tell(observer => observer.OnRequest(this));
        }
    }

    internal void OnInformational(ResponseHead head)
    {
        lock (_lock)
        {
            if (!IsEnded)
            {
                Tell(observer => observer.OnInformational(this, head));
            }
        }
    }

    internal void OnResponse(ResponseHead head, HttpExchange on)
    {
        lock (_lock)
        {
            if (IsEnded)
            {
                return;
            }

            Response = head;
            Note(on);
            Tell(observer => observer.OnResponse(this));
        }
    }

    /// <summary>Content is about to be sent.</summary>
    internal void OnRequestBody(ReadOnlySpan<byte> piece)
    {
        lock (_lock)
        {
            if (!IsEnded)
            {
                RequestBodyBytes += piece.Length;
                _requestBody.Add(piece);
            }
        }
    }

    /// <summary>Body came: it is at the end of what has not been consumed.</summary>
    internal void OnResponseBody(HttpExchange on)
    {
        lock (_lock)
        {
            if (!IsEnded)
            {
                ReadOnlySequence<byte> body = on.Body;
                _responseBody.Add(body, at: on.BodyBytesReceived - body.Length);
            }
        }
    }

    internal void OnTrailers(IReadOnlyList<HeaderField> trailers)
    {
        lock (_lock)
        {
            Trailers = IsEnded ? Trailers : trailers;
        }
    }

    /// <summary>After each pass of the connection: how far it is, for an end that comes from elsewhere.</summary>
    internal void OnProgress(HttpExchange on)
    {
        lock (_lock)
        {
            if (!IsEnded)
            {
                Note(on);
            }
        }
    }

    /// <summary>Nothing more will happen. The first end counts.</summary>
    internal void End(Exception? error, bool isWhole = false)
    {
        lock (_lock)
        {
            if (IsEnded)
            {
                return;
            }

            IsEnded = true;
            IsWhole = isWhole;
            Error = error;
            Elapsed = _loop.Now - _start;
            Tell(observer => observer.OnEnd(this));
        }
    }

    private T Locked<T>(Func<WireExchange, T> read)
    {
        lock (_lock)
        {
            return read(this);
        }
    }

    private void Note(HttpExchange on)
    {
        _times = on.Times;
        BytesSent = on.RequestBytesSent;
        ResponseBodyBytes = on.BodyBytesReceived;
        Elapsed = _loop.Now - _start;
    }

    private TimeSpan? Since(Instant? at) => at is { } instant && instant != Instant.Never && instant >= _start ? instant - _start : null;

    /// <summary>Our own recorder only takes note, and has done so before anybody else is told; any other observer may take its time.</summary>
    private void Tell(Action<WireObserver> what)
    {
        if (_observer is not CombinedObserver combined)
        {
            Tell(_observer, what);
            return;
        }

        foreach (WireObserver part in combined.Parts)
        {
            Tell(part, what);
        }
    }

    private void Tell(WireObserver observer, Action<WireObserver> what)
    {
        if (observer.OnlyTakesNote)
        {
            TellNow(observer, what);
        }
        else
        {
            Notices.Add(() => TellNow(observer, what));
        }
    }

    /// <summary>An observer that fails is no reason for a request to fail, or for a connection to be left in the middle (F-70).</summary>
    private void TellNow(WireObserver observer, Action<WireObserver> what)
    {
        try
        {
            what(observer);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.ObserverFailed(_logger, error);
        }
    }
}
