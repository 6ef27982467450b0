using PollHttp.Exchanges;

namespace PollHttp;

// The middleware between the calls and the sending.
public sealed partial class PollHttpClient
{
    /// <summary>Gets the middleware, the outermost first; empty if there is none, which then has no cost.</summary>
    internal RequestMiddleware[] Middleware { get; }

    private static RequestMiddleware[] MiddlewareOf(PollHttpClientOptions options)
    {
        RequestMiddleware[] middleware = [.. options.Middleware];
        return Array.IndexOf(middleware, null) < 0
            ? middleware
            : throw new ArgumentException($"{nameof(PollHttpClientOptions.Middleware)} contains null.", nameof(options));
    }

    private (RequestSender Sender, Request Request) Enter(
        string method, Uri? uri, HeaderList? headers, RequestContent? content, bool isBuffered, RequestOptions? options, VersionDemand? demand)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Request request = new(method, ToAbsolute(uri)) { Content = content, Options = options };
        foreach (HeaderField field in headers ?? [])
        {
            request.Headers.Add(field);
        }

        return (new(this, 0, isBuffered, demand), request);
    }
}
