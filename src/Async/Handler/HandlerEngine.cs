using System.Runtime.ExceptionServices;
using PollHttp.Decoding;
using PollHttp.Exchanges;
using PollHttp.Faults;
using PollHttp.Pool;
using PollHttp.Requests;
using PollHttp.Streams;

namespace PollHttp.Handler;

/// <summary>
/// Holds the state of a <see cref="PollHttpHandler"/> after its first request: settings that no longer change, and an engine.
/// </summary>
internal sealed class HandlerEngine
{
    private readonly HandlerSettings _settings;
    private readonly ExchangeEngine _engine;

    public HandlerEngine(HandlerSettings settings, PollLoop loop)
    {
        _settings = settings;
        _engine = new(loop, settings.ToExchangeSettings(loop));
    }

    /// <summary>Releases idle connections if the handler was dropped without being disposed.</summary>
    ~HandlerEngine() => _engine?.Pool.Close(abort: false);

    internal ConnectionPool Pool => _engine.Pool;

    internal PollLoop Loop => _engine.Loop;

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token)
    {
        TaskWaiter waiter = _engine.Loop.IsBackground ? new TaskWaiter(_engine.Continuations.TaskOptions) : new ContextlessWaiter();
        Exchange? exchange = null;
        try
        {
            exchange = NewExchange(request, token);
            exchange.Start(waiter);
        }
        catch (Exception error)
        {
            return NotBegun(request, exchange, error);
        }

        return FinishAsync(waiter.Task, exchange);
    }

    private async Task<HttpResponseMessage> FinishAsync(Task<Response> sending, Exchange exchange)
    {
        try
        {
            return Map(await sending.ConfigureAwait(false), exchange, exchange.Message!); // continues in place: see ContextlessWaiter
        }
        catch (Exception error)
        {
            throw Failed(exchange.Message!, exchange, error);
        }
    }

    private static Task<HttpResponseMessage> NotBegun(HttpRequestMessage request, Exchange? exchange, Exception error)
    {
        try
        {
            throw Failed(request, exchange, error);
        }
        catch (Exception outcome)
        {
            return Task.FromException<HttpResponseMessage>(outcome); // exceptions belong into the task
        }
    }

    public HttpResponseMessage Send(HttpRequestMessage request, CancellationToken token)
    {
        Exchange? exchange = null;
        try
        {
            exchange = NewExchange(request, token);
            return Map(BlockingCall.Send(exchange), exchange, request);
        }
        catch (Exception error)
        {
            throw Failed(request, exchange, error);
        }
    }

    /// <summary>
    /// Updates the message as the platform does, notifies the meters, and returns the exception to throw, of the platform's types.
    /// Exceptions that are not ours keep their stack trace.
    /// </summary>
    private static Exception Failed(HttpRequestMessage request, Exchange? exchange, Exception error)
    {
        Exception outcome = error is ArgumentException
            ? new HttpRequestException($"The request can't be sent: {error.Message}", error)
            : PlatformErrors.Of(error);
        if (exchange?.Protocol is not null)
        {
            PlatformErrors.NoteTunnel(outcome);
        }

        RequestMapping.FollowRedirects(request, exchange);
        exchange?.Trace?.Deliver(null, outcome);
        if (ReferenceEquals(outcome, error))
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return outcome;
    }

    public void Close()
    {
        GC.SuppressFinalize(this);
        _engine.Pool.Close(abort: false);
    }

    private Exchange NewExchange(HttpRequestMessage request, CancellationToken token)
    {
        string method = RequestMapping.MethodOf(request);
        HeaderList? fields = RequestMapping.HeadersOf(request, _settings.RequestHeaderEncodingSelector);
        if (_settings.AutomaticDecompression != DecompressionMethods.None)
        {
            CodingPlan.AskFor(fields ??= new(), _settings.AutomaticDecompression);
        }

        string? protocol = RequestMapping.ProtocolOf(request);
        return new(_engine, token)
        {
            Message = request,
            Protocol = protocol,
            Demand = VersionChoice.DemandOf(request.Version, request.VersionPolicy),
            Method = method,
            Uri = RequestMapping.UriOf(request),
            Headers = fields,
            Content = protocol is not null ? new TunnelContent() : request.Content is { } content ? new HttpContentAdapter(content, isAskedAgain: true) : null,
        };
    }

    private HttpResponseMessage Map(Response response, Exchange exchange, HttpRequestMessage request)
    {
        RequestMapping.FollowRedirects(request, exchange);
        try
        {
            HttpResponseMessage message = ResponseMapping.Map(response, request, _settings.ResponseHeaderEncodingSelector);
            message.Content = DecodedContent.For(message.Content, _settings.AutomaticDecompression, exchange.Method, exchange.Uri);
            exchange.Trace?.Deliver(message, null);
            return message;
        }
        catch
        {
            response.Dispose(); // an encoding selector or a callback threw: nothing else would release the connection
            throw;
        }
    }
}
