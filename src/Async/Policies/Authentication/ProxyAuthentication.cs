namespace PollHttp;

/// <summary>
/// Answers the challenges of a proxy that plain HTTP goes through. A tunnel answers them by itself, before there
/// is an exchange: inside it, a 407 is some origin's and means nothing.
/// </summary>
internal sealed class ProxyAuthentication : IExchangePolicy
{
    public void BeforeSend(Exchange exchange)
    {
        if (exchange.Origin.Key.SpeaksToProxy
            && exchange.StateOrNull?.ProxyAuthentication?.Answer.Authorize(exchange.Method, exchange.Target) is { } value)
        {
            exchange.SetField("Proxy-Authorization", value);
        }
    }

    public HeadVerdict AfterHead(Exchange exchange, ResponseHead head)
    {
        if (head.StatusCode != 407
            || !exchange.Origin.Key.SpeaksToProxy
            || exchange.Origin.Key.Proxy is not { UserName: not null } proxy
            || exchange.Content is { MayBeTriedAgain: false })
        {
            return HeadVerdict.Deliver;
        }

        AuthenticationState? state = exchange.State.ProxyAuthentication;
        List<Challenge> challenges = ChallengeParser.Parse(head.Headers.GetValues("Proxy-Authenticate"));
        bool isStale = false;
        if (state is not null)
        {
            if (!state.Answer.MayBeStale || state.HasBeenStale || !challenges.Exists(c => c.Is(DigestSession.Scheme) && DigestSession.IsStale(c)))
            {
                return HeadVerdict.Deliver;
            }

            isStale = true;
        }

        if (ProxyAnswer.To(challenges, proxy) is not { } answer)
        {
            return HeadVerdict.Deliver;
        }

        exchange.State.ProxyAuthentication = new() { Answer = answer, HasBeenStale = isStale };
        return HeadVerdict.SendAgain;
    }
}
