using System.Net.Security;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Principal;

namespace PollHttp.Authentication;

/// <summary>
/// Implements Negotiate and NTLM (RFC 4559) for one exchange: a dialogue of tokens over one connection, which is authenticated afterwards.
/// </summary>
internal sealed class NegotiateAuthorization : Authorization, IDisposable
{
    private readonly NegotiateAuthentication _dialogue;
    private string? _token;

    private NegotiateAuthorization(string scheme, NegotiateAuthentication dialogue, string? token)
    {
        Scheme = scheme;
        _dialogue = dialogue;
        _token = token;
    }

    public override string Scheme { get; }

    public override bool BindsToConnection => true;

    /// <summary>Begins a dialogue; returns null if this machine does not support the scheme, or the credential gives no token.</summary>
    /// <param name="scheme">Negotiate or NTLM.</param>
    /// <param name="host">The host of the server.</param>
    /// <param name="credential">The credential.</param>
    /// <param name="transport">The TLS connection of the dialogue, to which it is bound (RFC 5929 §4), so that it can't be continued on
    /// another connection; null without TLS.</param>
    public static NegotiateAuthorization? Begin(string scheme, string host, NetworkCredential credential, TransportContext? transport)
    {
        NegotiateAuthentication dialogue = new(new NegotiateAuthenticationClientOptions
        {
            Package = scheme,
            Credential = credential,
            TargetName = "HTTP/" + host,
            AllowedImpersonationLevel = TokenImpersonationLevel.Impersonation,
            Binding = transport?.GetChannelBinding(ChannelBindingKind.Endpoint),
        });
        string? token = dialogue.GetOutgoingBlob((string?)null, out NegotiateAuthenticationStatusCode status);
        if (status is NegotiateAuthenticationStatusCode.Completed or NegotiateAuthenticationStatusCode.ContinueNeeded && !string.IsNullOrEmpty(token))
        {
            return new(scheme, dialogue, token);
        }

        dialogue.Dispose();
        return null;
    }

    /// <summary>Processes the server's token; returns false if the dialogue has ended, so that the refusal is final.</summary>
    public bool Continue(string? serverToken)
    {
        if (string.IsNullOrEmpty(serverToken) || _dialogue.IsAuthenticated)
        {
            return false;
        }

        _token = _dialogue.GetOutgoingBlob(serverToken, out NegotiateAuthenticationStatusCode status);
        return status is NegotiateAuthenticationStatusCode.Completed or NegotiateAuthenticationStatusCode.ContinueNeeded && !string.IsNullOrEmpty(_token);
    }

    public override string? Authorize(string method, string target)
    {
        string? token = _token;
        _token = null; // each token is for one request
        return token is null ? null : $"{Scheme} {token}";
    }

    public void Dispose() => _dialogue.Dispose();
}
