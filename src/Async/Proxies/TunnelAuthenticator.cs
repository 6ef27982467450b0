using System.Runtime.ExceptionServices;
using PollHttp.Authentication;

namespace PollHttp.Proxies;

/// <summary>
/// Answers the challenges to the CONNECT of one connection with the credentials for its proxy: once, or as long as a dialogue takes, or
/// once more where only the nonce was old.
/// </summary>
/// <param name="credentials">For the proxy alone; null for none.</param>
/// <param name="waker">
/// Woken when an answer is found that may take its time, which is then looked for on the thread pool; null where the thread that polls is
/// the caller's own, which may wait.
/// </param>
internal sealed class TunnelAuthenticator(ProxyCredentials? credentials, IPoller? waker = null) : IProxyDialogue
{
    private AuthenticationState? _state;
    private IReadOnlyList<string>? _preparing;
    private string? _answer;
    private Exception? _error;
    private volatile bool _isPrepared;

    public bool Prepare(ProxySpec proxy, string target, IReadOnlyList<string> challenges)
    {
        if (waker is null || credentials is null || !CredentialChoice.MayWait(challenges))
        {
            return true;
        }

        if (!ReferenceEquals(_preparing, challenges))
        {
            _preparing = challenges;
            _isPrepared = false;
            ThreadPool.UnsafeQueueUserWorkItem(_ => Find(proxy, target, challenges), null);
        }

        return _isPrepared;
    }

    public string? Authorize(ProxySpec proxy, string target, IReadOnlyList<string> challenges)
    {
        if (challenges.Count == 0 || credentials is null)
        {
            return null;
        }

        if (!ReferenceEquals(_preparing, challenges))
        {
            return Answer(proxy, target, challenges);
        }

        if (_error is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return _answer;
    }

    private void Find(ProxySpec proxy, string target, IReadOnlyList<string> challenges)
    {
        try
        {
            _answer = Answer(proxy, target, challenges);
        }
        catch (Exception error)
        {
            _error = error; // thrown where the answer is asked for
        }

        _isPrepared = true;
        waker!.Wake();
    }

    private string? Answer(ProxySpec proxy, string target, IReadOnlyList<string> challenges)
    {
        _state = ProxyAnswer.To(ChallengeParser.Parse(challenges), proxy, credentials!, _state);
        return _state?.Answer.Authorize("CONNECT", target);
    }
}
