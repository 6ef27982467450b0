using Microsoft.Extensions.Logging;

namespace PollHttp;

// How it is filled. By the connection it is on, under that one's lock, and ended also by whoever ends the call, on any thread: so it has
// a lock of its own, which is held while the observer is told, so that the end is the last thing that it is told. Lock order: that of the connection, then
// this one.
public sealed partial class WireExchange
{
    private static long s_calls;

    private readonly object _lock = new();
    private readonly WireObserver _observer;
    private readonly ILogger _logger;
    private readonly PollLoop _loop;
    private readonly Instant _start;
    private ExchangeTimes _times = new();
    private BodyStart _requestBody;
    private BodyStart _responseBody;

    /// <param name="exchange">The call, as its next hop will be sent.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="before">The hop before, if there is one.</param>
    internal WireExchange(Exchange exchange, WireObserver observer, WireExchange? before)
    {
        ExchangeSettings settings = exchange.Engine.Settings;
        _observer = observer;
        _logger = settings.Logger;
        _loop = exchange.Engine.Loop;
        _start = before is null ? exchange.StartedAt : _loop.Now;
        Call = before?.Call ?? Interlocked.Increment(ref s_calls);
        Hop = before is null ? 0 : before.Hop + 1;
        StartedAt = _loop.TimeProvider.GetUtcNow() - (_loop.Now - _start);
        Method = exchange.Method;
        Uri = exchange.Uri;
        SecretFields = settings.Redirects.SecretFields;
        Tell(this, static (observer, hop) => hop._requestBody = hop._responseBody = new(observer.KeptBodyBytes));
    }

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
            Tell(this, static (observer, hop) => observer.OnRequest(hop));
        }
    }

    internal void OnInformational(ResponseHead head)
    {
        lock (_lock)
        {
            if (!IsEnded)
            {
                Tell((this, head), static (observer, about) => observer.OnInformational(about.Item1, about.head));
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
            Tell(this, static (observer, hop) => observer.OnResponse(hop));
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
            Tell(this, static (observer, hop) => observer.OnEnd(hop));
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

    /// <summary>An observer that fails is no reason for a request to fail, or for a connection to be left in the middle (F-70).</summary>
    private void Tell<T>(T about, Action<WireObserver, T> what)
    {
        try
        {
            what(_observer, about);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.ObserverFailed(_logger, error);
        }
    }
}
