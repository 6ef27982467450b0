using System.Runtime.ExceptionServices;

namespace PollHttp;

/// <summary>What a <see cref="PollHttpHandler"/> becomes with its first request: settings that no longer change, over an engine.</summary>
internal sealed class HandlerEngine
{
    private readonly HandlerSettings _settings;
    private readonly ExchangeEngine _engine;

    public HandlerEngine(HandlerSettings settings)
    {
        _settings = settings;
        _engine = new(ReactorThread.Loop, settings.ToExchangeSettings());
    }

    /// <summary>Lets go of idle connections when the handler was dropped undisposed.</summary>
    ~HandlerEngine() => _engine?.Pool.Close(abort: false);

    internal ConnectionPool Pool => _engine.Pool;

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token)
    {
        TaskWaiter waiter = new(_engine.Loop);
        Exchange? exchange = null;
        HttpResponseMessage? message = null;
        Exception? failure = null;
        try
        {
            exchange = NewExchange(request, token);
            exchange.Start(waiter);
            message = Map(await waiter.Task.ConfigureAwait(_engine.Loop.KeepsContext), request);
        }
        catch (Exception error)
        {
            failure = error;
        }

        return Conclude(request, exchange, message, failure);
    }

    public HttpResponseMessage Send(HttpRequestMessage request, CancellationToken token)
    {
        using BlockingWaiter waiter = new();
        Exchange? exchange = null;
        HttpResponseMessage? message = null;
        Exception? failure = null;
        try
        {
            exchange = NewExchange(request, token);
            exchange.Start(waiter);
            message = Map(waiter.Wait(), request);
        }
        catch (Exception error)
        {
            failure = error;
        }

        return Conclude(request, exchange, message, failure);
    }

    /// <summary>However it ended: leaves the message as the platform does, tells the meters, and gives the outcome.</summary>
    private static HttpResponseMessage Conclude(HttpRequestMessage request, Exchange? exchange, HttpResponseMessage? message, Exception? failure)
    {
        if (failure is ArgumentException unsendable)
        {
            failure = new HttpRequestException($"The request can't be sent: {unsendable.Message}", unsendable);
        }

        RequestMapping.FollowRedirects(request, exchange);
        try
        {
            exchange?.Trace?.Deliver(message, failure);
        }
        catch
        {
            message?.Dispose(); // a callback threw: nobody else knows of the connection
            throw;
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return message!;
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
            DecodedContent.AskFor(fields ??= new(), _settings.AutomaticDecompression);
        }

        return new(_engine, token)
        {
            Message = request,
            IsHttp10 = request.Version == HttpVersion.Version10,
            Method = method,
            Uri = RequestMapping.UriOf(request),
            Headers = fields,
            Content = request.Content is { } content ? new HttpContentAdapter(content, isAskedAgain: true) : null,
        };
    }

    private HttpResponseMessage Map(Response response, HttpRequestMessage request)
    {
        try
        {
            HttpResponseMessage message = ResponseMapping.Map(response, request, _settings.ResponseHeaderEncodingSelector);
            message.Content = DecodedContent.For(message.Content, _settings.AutomaticDecompression);
            return message;
        }
        catch
        {
            response.Dispose(); // an encoding selector threw: nobody else knows of the connection
            throw;
        }
    }
}
