using System.Net.Security;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Principal;

namespace PollHttp.Authentication;

/// <summary>
/// Negotiate or NTLM (RFC 4559): a dialogue of tokens over one connection, which is authenticated afterwards. For one exchange.
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

    /// <summary>Begins a dialogue; null where this machine can't speak the scheme, or has nothing to say with this credential.</summary>
    /// <param name="scheme">Negotiate or NTLM.</param>
    /// <param name="host">Who is spoken to.</param>
    /// <param name="credential">As whom.</param>
    /// <param name="transport">The TLS connection that carries the dialogue, to which it is bound (RFC 5929 §4), so that nobody can carry it on
    /// on another; null without TLS.</param>
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

    /// <summary>Takes the server's token; false when the dialogue has ended, so that its refusal stands.</summary>
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
        _token = null; // each is for one request
        return token is null ? null : $"{Scheme} {token}";
    }

    public void Dispose() => _dialogue.Dispose();
}
