using System.Diagnostics;

namespace PollHttp.Core;

/// <summary>
/// Represents a request without its content: method, target, authority and fields. It can be reused for any number of exchanges; the
/// connection reads it only during <see cref="HttpConnection.Begin"/>.
/// </summary>
/// <remarks>
/// <c>Host</c>, <c>Content-Length</c> and <c>Transfer-Encoding</c> are written by the connection: Host from <see cref="Authority"/> unless
/// <see cref="Headers"/> has one, the other two from the <see cref="ContentFraming"/>.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class RequestHead
{
    private string _method = "GET";
    private string _target = "/";
    private string _authority = "";
    private string? _protocol;

    /// <summary>Gets or sets the method, a token in its exact case (RFC 9110 §9.1).</summary>
    /// <exception cref="ArgumentException">The value is not a token, or is longer than 64 characters.</exception>
    public string Method
    {
        get => _method;
        set => _method = RequestHeadRules.CheckMethod(value);
    }

    /// <summary>Gets or sets the request target as it goes on the wire (RFC 9112 §3.2): visible ASCII only.</summary>
    /// <exception cref="ArgumentException">The value is empty, or has a space, a control or a non-ASCII character.</exception>
    public string Target
    {
        get => _target;
        set => _target = RequestHeadRules.CheckTarget(value);
    }

    /// <summary>Gets or sets the value of <c>Host</c>: a host, and a port unless it is the scheme's default. May be empty.</summary>
    /// <exception cref="ArgumentException">The value does not have the form host[:port].</exception>
    public string Authority
    {
        get => _authority;
        set => _authority = RequestHeadRules.CheckAuthority(value);
    }

    /// <summary>Gets or sets the protocol that an extended CONNECT asks for (RFC 8441 §4): a token, such as <c>websocket</c>; null for none. The
    /// method must be CONNECT, and the connection HTTP/2; see <see cref="HttpConnection.ExtendedConnect"/>.</summary>
    /// <exception cref="ArgumentException">The value is not a token.</exception>
    public string? Protocol
    {
        get => _protocol;
        set => _protocol = value is null ? null : RequestHeadRules.CheckProtocol(value);
    }

    /// <summary>Gets the fields, in the order in which they are sent.</summary>
    public HeaderList Headers { get; } = new();

    /// <summary>Gets or sets a value indicating whether harmless violations of the rules are allowed: Expect without content, TE that
    /// Connection does not name, options in Connection that name no field. For callers that must send what they are given; false by
    /// default.</summary>
    public bool AllowUnusualFields { get; set; }

    /// <summary>Gets or sets a value indicating whether HTTP/1.0 is sent instead of HTTP/1.1.</summary>
    public bool IsHttp10 { get; set; }

    private string DebuggerDisplay => $"{Method} {Target}, {Headers.Count} fields";
}
