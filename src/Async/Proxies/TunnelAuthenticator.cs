using System.Runtime.ExceptionServices;
using PollHttp.Authentication;

namespace PollHttp.Proxies;

/// <summary>
/// Answers the challenges to the CONNECT of one connection with the credentials for its proxy: once, or as long as a dialogue takes, or
/// again if only the nonce was old.
/// </summary>
/// <param name="credentials">The credentials for this proxy only; null for none.</param>
/// <param name="waker"> The poller to wake when an answer that may block was prepared on the thread pool; null if the caller's own thread
/// polls, which may block. </param>
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
            _error = error; // thrown when the answer is requested
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
