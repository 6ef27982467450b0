using System.Net;
using PollHttp.Cli.Display;

namespace PollHttp.Cli.Requests;

/// <summary>
/// Retries a request if that is safe (RFC 9110 §9.2.2): its method is idempotent, or the server can't have acted on it, and its content can
/// be read again. Retries after connect errors, timeouts, 408, 429, 500, 502, 503 and 504.
/// </summary>
internal sealed class Retry(int times, TimeSpan? delay, TextWriter remarks) : RequestMiddleware
{
    private const int MaxDoublings = 10;

    public override async Task<Response> SendAsync(Request request, RequestSender next, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            bool isLast = attempt > times || request.Content is { IsReplayable: false };
            TimeSpan wait = delay ?? TimeSpan.FromSeconds(Math.Pow(2, Math.Min(attempt - 1, MaxDoublings)));
            string reason;
            try
            {
                Response response = await next.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (isLast || !IsTransient(response.StatusCode) || !MayRepeat(request, response.StatusCode))
                {
                    return response;
                }

                wait = response.GetRetryAfter(next.TimeProvider) ?? wait;
                reason = $"status {(int)response.StatusCode}";
                response.Dispose();
            }
            catch (PollHttpException error) when (!isLast && error is not RedirectException && (IsIdempotent(request.Method) || !error.RequestMayHaveBeenProcessed))
            {
                reason = Failure.Line(error.Message);
            }
            catch (RequestTimeoutException error) when (!isLast && IsIdempotent(request.Method))
            {
                reason = Failure.Line(error.Message);
            }

            await remarks.WriteLineAsync($"pollhttp: attempt {attempt} of {times + 1} failed ({reason}); the next one in {Units.Time(wait)}").ConfigureAwait(false);
            await Task.Delay(wait, next.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>Determines whether the request may be repeated after a status: 429 and 503 say that the server did not act on it.</summary>
    private static bool MayRepeat(Request request, HttpStatusCode status) =>
        IsIdempotent(request.Method) || status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    private static bool IsIdempotent(string method) => method is "GET" or "HEAD" or "PUT" or "DELETE" or "OPTIONS" or "TRACE";
}
