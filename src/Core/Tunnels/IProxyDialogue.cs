namespace PollHttp.Core;

/// <summary>
/// An authenticator of one connection, whose answers may take several turns: a dialogue of tokens (Negotiate, NTLM: RFC 4559), or a
/// nonce that was too old. Asked again after every further 407, until it returns null or has been asked eight times.
/// </summary>
/// <remarks>Made for one connection and used by it alone.</remarks>
public interface IProxyDialogue : IProxyAuthenticator
{
}
