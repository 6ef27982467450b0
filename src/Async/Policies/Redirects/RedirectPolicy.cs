using PollHttp.Addresses;
using PollHttp.Exchanges;
using PollHttp.Faults;
using PollHttp.Secrets;

namespace PollHttp.Policies;

/// <summary>Follows redirects (RFC 9110
/// §15.4): changes the exchange into the next request, or refuses with a reason.</summary>
internal sealed class RedirectPolicy(RedirectSettings settings) : IExchangePolicy
{
    public void BeforeSend(Exchange exchange)
    {
        // The destination is set when the redirect is followed.
    }

    public HeadVerdict AfterHead(Exchange exchange, ResponseHead head)
    {
        if (!IsRedirect(head.StatusCode) || !(exchange.Options?.AllowAutoRedirect ?? settings.Follows))
        {
            return HeadVerdict.Deliver;
        }

        RedirectLocation location = RedirectLocation.Read(exchange.Uri, head.Headers);
        if (location.Address is not null)
        {
            return Follow(exchange, head.StatusCode, location.Address, location.Problem);
        }

        return location.Problem is { } problem ? ReturnOrRefuse(exchange, RedirectFailure.BadLocation, problem) : HeadVerdict.Deliver;
    }

    private bool IsRedirect(int status) => status is 301 or 302 or 303 or 307 or 308 || (status == 300 && settings.AsPlatform);

    private HeadVerdict Follow(Exchange exchange, int status, Uri next, string? problem)
    {
        string method = MethodAfter(status, exchange.Method);
        bool dropsContent = method != exchange.Method;
        RedirectContext context = new(exchange.Uri, next, (HttpStatusCode)status, method, exchange.Redirects);
        RedirectDecision decision = settings.Policy?.Invoke(context) ?? RedirectDecision.Default;
        switch (decision)
        {
            case RedirectDecision.Return:
                return HeadVerdict.Deliver;
            case RedirectDecision.Refuse:
                return Refuse(exchange, RedirectFailure.Refused, "the redirect policy refused it");
        }

        int limit = exchange.Options?.MaxAutomaticRedirections ?? settings.Limit;
        if (exchange.Redirects >= limit)
        {
            return ReturnOrRefuse(exchange, RedirectFailure.TooMany, $"that would be more than {limit} redirects");
        }

        if (context.IsDowngrade && decision != RedirectDecision.Follow)
        {
            return ReturnOrRefuse(exchange, RedirectFailure.Downgrade, "it leads from https to http");
        }

        if (problem is not null)
        {
            return ReturnOrRefuse(exchange, RedirectFailure.BadLocation, problem);
        }

        if (!dropsContent && !exchange.MayTryContentAgain)
        {
            return Refuse(exchange, RedirectFailure.ContentNotReplayable, "the content of the request was sent and can't be sent again");
        }

        Change(exchange, context, dropsContent);
        return HeadVerdict.SendAgain;
    }

    /// <summary>Returns the method of the request after a redirect (RFC 9110
    /// §15.4).</summary>
    internal static string MethodAfter(int status, string method) => status switch
    {
        300 or 301 or 302 when method == "POST" => "GET",
        303 when method is not ("GET" or "HEAD") => "GET",
        _ => method,
    };

    private void Change(Exchange exchange, RedirectContext context, bool dropsContent)
    {
        if (exchange.Headers is { Count: > 0 } fields)
        {
            exchange.Headers = Without(fields, context.IsCrossOrigin, dropsContent);
        }

        if (dropsContent)
        {
            exchange.Content = null;
        }

        exchange.Method = context.Method;
        exchange.Uri = context.To;
        exchange.State.Redirects++;
        exchange.State.HasLeftOrigin |= context.IsCrossOrigin;
        exchange.DropCredentials();
    }

    /// <summary>Returns a copy without the fields that must not be forwarded. A dropped field is not restored by later redirects.</summary>
    private HeaderList Without(HeaderList fields, bool isCrossOrigin, bool dropsContent)
    {
        HeaderList kept = new();
        foreach (HeaderField field in fields)
        {
            if (!(isCrossOrigin && IsSecret(field.Name))
                && !(settings.AsPlatform && Is(field.Name, "Authorization"))
                && !(dropsContent && DescribesContent(field.Name)))
            {
                kept.Add(field);
            }
        }

        return kept;
    }

    /// <summary>
    /// Determines whether a field is secret. A Host field that the caller set is dropped too, since it was meant for the first origin.
    /// </summary>
    private bool IsSecret(string name) =>
        KnownSecrets.BelongsToOrigin(name) || settings.SecretFields.Contains(name, StringComparer.OrdinalIgnoreCase);

    internal static bool DescribesContent(string name) =>
        name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || Is(name, "Transfer-Encoding") || Is(name, "Trailer") || Is(name, "Expect");

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private HeadVerdict ReturnOrRefuse(Exchange exchange, RedirectFailure failure, string why) =>
        settings.AsPlatform ? HeadVerdict.Deliver : Refuse(exchange, failure, why);

    private static HeadVerdict Refuse(Exchange exchange, RedirectFailure failure, string why)
    {
        string message = $"{RequestName.Of(exchange.Method, exchange.Uri)} was redirected, which was not followed: {why}.";
        exchange.State.Refusal = response => new RedirectException(failure, message, null, response) { RequestUri = response.RequestUri };
        return HeadVerdict.Deliver;
    }
}
