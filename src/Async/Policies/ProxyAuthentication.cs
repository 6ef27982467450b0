using PollHttp.Authentication;
using PollHttp.Exchanges;
using PollHttp.Proxies;

namespace PollHttp.Policies;

/// <summary>
/// Answers the challenges of a proxy for plain HTTP. A tunnel answers them by itself before there is an exchange; inside a tunnel a 407
/// comes from the origin and has no meaning.
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
            || exchange.Origin.Key is not { SpeaksToProxy: true, Proxy: { } proxy, ProxyCredentials: { } credentials }
            || !exchange.MayTryContentAgain)
        {
            return HeadVerdict.Deliver;
        }

        List<Challenge> challenges = ChallengeParser.Parse(head.Headers.GetValues("Proxy-Authenticate"));
        if (ProxyAnswer.To(challenges, proxy, credentials, exchange.State.ProxyAuthentication) is not { } state)
        {
            return HeadVerdict.Deliver;
        }

        exchange.State.ProxyAuthentication = state;

        // The pool's key needs no separate identity for an authenticated connection, since it includes the proxy with its credentials.
        exchange.State.StaysOnConnection = state.Answer.BindsToConnection;
        return HeadVerdict.SendAgain;
    }
}
