using Microsoft.Extensions.Logging;
using PollHttp.Loop;
using PollHttp.Telemetry;
using PollHttp.Wire;

namespace PollHttp;

// The recording. The connection records under its lock, and the end of the call is recorded on any thread. So this object has its own lock,
// below that of the connection. What is recorded is reported to the observer later, with no lock held (Notices), in order.
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

    /// <param name="method">The method of the next attempt.</param>
    /// <param name="uri">Its address.</param>
    /// <param name="startedAt">When the call began.</param>
    /// <param name="context">The observer, and what all calls have in common.</param>
    /// <param name="before">The previous attempt, if any.</param>
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

    /// <summary>Gets the pending notices to the observer.</summary>
    internal Notices Notices { get; }

    /// <summary>Records that the head is in the output.</summary>
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

    /// <summary>Records content that is about to be sent.</summary>
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

    /// <summary>Records received body, which is at the end of the unconsumed bytes.</summary>
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

    /// <summary>Records the progress after each pass of the connection, for an end that is recorded elsewhere.</summary>
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

    /// <summary>Records the end. Only the first end counts.</summary>
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

    /// <summary>
    /// Notifies the observer. Our own recorder only takes notes and is called at once; any other observer may block and is called later.
    /// </summary>
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

    /// <summary>Calls the observer. A failing observer must not fail a request or leave a connection in an undefined state.</summary>
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
