namespace PollHttp;

/// <summary>
/// What a client or a handler sits on: connections, policies, settings. Makes nothing public and no tasks of its own.
/// </summary>
internal sealed class ExchangeEngine
{
    private readonly IExchangePolicy[] _policies;
    private Route? _last;

    public ExchangeEngine(PollLoop loop, ExchangeSettings settings)
    {
        Loop = loop;
        Settings = settings;
        Pool = new(this);
        _policies = [.. settings.Policies];
    }

    public PollLoop Loop { get; }

    public ExchangeSettings Settings { get; }

    public ConnectionPool Pool { get; }

    /// <summary>Has the policies amend the hop that is to be sent.</summary>
    public void Amend(Exchange exchange)
    {
        foreach (IExchangePolicy policy in _policies)
        {
            policy.BeforeSend(exchange);
        }
    }

    /// <summary>Asks the policies about a head: until one wants another hop, or an error.</summary>
    public HeadVerdict Judge(Exchange exchange, ResponseHead head)
    {
        foreach (IExchangePolicy policy in _policies)
        {
            HeadVerdict verdict = policy.AfterHead(exchange, head);
            if (verdict != HeadVerdict.Deliver || exchange.Refusal is not null)
            {
                return verdict;
            }
        }

        return HeadVerdict.Deliver;
    }

    /// <summary>Pool and target for an absolute address; those of the last one are kept, since programs repeat themselves.</summary>
    /// <exception cref="NotSupportedException">The scheme is neither http nor https.</exception>
    public Route GetRoute(Uri uri)
    {
        Route? last = Volatile.Read(ref _last);
        if (last is not null && ReferenceEquals(last.Uri, uri))
        {
            return last;
        }

        bool isTls = uri.Scheme == Uri.UriSchemeHttps;
        if (!isTls && uri.Scheme != Uri.UriSchemeHttp)
        {
            throw new NotSupportedException($"The scheme '{uri.Scheme}' is not supported; only http and https are.");
        }

        string host = uri.IdnHost.Trim('[', ']');
        Route route = new(uri, Pool.GetOrigin(new(isTls, host, uri.Port)), uri.PathAndQuery);
        Volatile.Write(ref _last, route);
        return route;
    }
}
