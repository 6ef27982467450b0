using System.Diagnostics.CodeAnalysis;
using PollHttp.Authentication;
using PollHttp.Exchanges;
using Authorization = PollHttp.Authentication.Authorization;

namespace PollHttp.Policies;

/// <summary>Answers the challenges of origins (RFC 9110
/// §11.6), once each, or twice if only the nonce was old.</summary>
internal sealed class OriginAuthentication(ICredentials? credentials, bool answersUnasked, bool onlyCachesAfterRedirect) : IExchangePolicy
{
    private const int MaxPrefixes = 1000;

    private readonly HashSet<string> _basicPrefixes = [];

    public void BeforeSend(Exchange exchange)
    {
        if (answersUnasked && exchange.StateOrNull?.OriginAuthentication is null)
        {
            AnswerUnasked(exchange);
        }

        if (exchange.StateOrNull?.OriginAuthentication?.Answer.Authorize(exchange.Method, exchange.Target) is { } value)
        {
            exchange.SetField("Authorization", value);
        }
    }

    public HeadVerdict AfterHead(Exchange exchange, ResponseHead head)
    {
        if (head.StatusCode != 401)
        {
            if (answersUnasked && exchange.StateOrNull?.OriginAuthentication?.Answer is BasicAuthorization)
            {
                Remember(exchange.Uri);
            }

            return HeadVerdict.Deliver;
        }

        if (!TryGetCredentials(exchange, out ICredentials? asked) || !exchange.MayTryContentAgain)
        {
            return HeadVerdict.Deliver;
        }

        List<Challenge> challenges = ChallengeParser.Parse(head.Headers.GetValues("WWW-Authenticate"));
        return Answer(exchange, challenges, asked) ? HeadVerdict.SendAgain : HeadVerdict.Deliver;
    }

    private static bool Answer(Exchange exchange, List<Challenge> challenges, ICredentials credentials)
    {
        AuthenticationState? state = exchange.State.OriginAuthentication;
        if (state?.Answer is NegotiateAuthorization dialogue)
        {
            exchange.State.StaysOnConnection = dialogue.Continue(challenges.Find(c => c.Is(dialogue.Scheme))?.Token);
            return exchange.StaysOnConnection;
        }

        bool isStale = false;
        if (state is { IsUnasked: false })
        {
            isStale = state.Answer.MayBeStale && !state.HasBeenStale && challenges.Exists(c => c.Is(DigestSession.Scheme) && DigestSession.IsStale(c));
            if (!isStale)
            {
                return false;
            }
        }

        Authorization? answer = CredentialChoice.Answer(
            challenges, credentials, exchange.Uri, exchange.Connection?.TransportContext, out NetworkCredential? credential);
        if (answer is null || (state is { IsUnasked: true, Answer: BasicAuthorization unasked } && unasked.Equals(answer)))
        {
            return false; // there is no new answer
        }

        if (answer is NegotiateAuthorization begun && exchange.Identity is null)
        {
            // An authenticated connection must not be shared with other identities. From now on this exchange uses its own connections, and
            // the dialogue begins there, unless one of them is authenticated already.
            begun.Dispose();
            exchange.State.Identity = new ConnectionIdentity(credential!);
            exchange.Engine.RememberIdentity(exchange.Uri);
            return true;
        }

        exchange.State.OriginAuthentication = new() { Answer = answer, HasBeenStale = isStale };
        exchange.State.StaysOnConnection = answer.BindsToConnection;
        return true;
    }

    private bool TryGetCredentials(Exchange exchange, [NotNullWhen(true)] out ICredentials? asked)
    {
        asked = exchange.Options?.Credentials ?? credentials;
        if (asked is null || exchange.Headers?.Contains("Authorization") == true)
        {
            return false; // a field that the caller set takes precedence
        }

        // A single credential was meant for the address that the caller named; a cache distinguishes addresses.
        bool mayHaveMoved = onlyCachesAfterRedirect ? exchange.Redirects > 0 : exchange.HasLeftOrigin;
        return !mayHaveMoved || asked is CredentialCache;
    }

    private void AnswerUnasked(Exchange exchange)
    {
        lock (_basicPrefixes)
        {
            if (_basicPrefixes.Count == 0 || !_basicPrefixes.Any(p => exchange.Uri.AbsoluteUri.StartsWith(p, StringComparison.Ordinal)))
            {
                return;
            }
        }

        if (TryGetCredentials(exchange, out ICredentials? asked) && asked.GetCredential(exchange.Uri, BasicCredentials.Scheme) is { } found)
        {
            string user = found.Domain.Length == 0 ? found.UserName : $"{found.Domain}\\{found.UserName}";
            exchange.State.OriginAuthentication = new() { Answer = new BasicAuthorization(user, found.Password), IsUnasked = true };
        }
    }

    /// <summary>Remembers the directory of the request, which covers everything below it.</summary>
    private void Remember(Uri uri)
    {
        string path = uri.AbsolutePath;
        string prefix = uri.GetLeftPart(UriPartial.Authority) + path[..(path.LastIndexOf('/') + 1)];
        lock (_basicPrefixes)
        {
            if (_basicPrefixes.Count < MaxPrefixes)
            {
                _basicPrefixes.Add(prefix);
            }
        }
    }
}
