using System.Diagnostics;

namespace PollHttp.Core;

/// <summary>
/// A request without its content: method, target, authority and fields. May be reused for any number of exchanges; the
/// connection reads it only during <see cref="HttpConnection.Begin"/>.
/// </summary>
/// <remarks>
/// <c>Host</c>, <c>Content-Length</c> and <c>Transfer-Encoding</c> are written by the connection: Host from
/// <see cref="Authority"/> unless <see cref="Headers"/> has one, the others from the <see cref="ContentFraming"/>.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class RequestHead
{
    private string _method = "GET";
    private string _target = "/";
    private string _authority = "";

    /// <summary>Gets or sets the method, a token in its exact case (RFC 9110 §9.1).</summary>
    /// <exception cref="ArgumentException">Not a token, or longer than 64 characters.</exception>
    public string Method
    {
        get => _method;
        set => _method = RequestHeadRules.CheckMethod(value);
    }

    /// <summary>Gets or sets the request target as it goes on the wire (RFC 9112 §3.2): visible ASCII only.</summary>
    /// <exception cref="ArgumentException">Empty, or has a space, a control or a non-ASCII character.</exception>
    public string Target
    {
        get => _target;
        set => _target = RequestHeadRules.CheckTarget(value);
    }

    /// <summary>What goes into <c>Host</c>: a host, and a port where it is not the scheme's own. May be empty.</summary>
    /// <exception cref="ArgumentException">Not of the form host[:port].</exception>
    public string Authority
    {
        get => _authority;
        set => _authority = RequestHeadRules.CheckAuthority(value);
    }

    /// <summary>Gets the fields, in the order in which they are sent.</summary>
    public HeaderList Headers { get; } = new();

    /// <summary>Lets through what a peer can live with although a rule forbids it: Expect without content, TE that Connection does
    /// not name, options in Connection that name no field. For callers that promised to send what they are given; off.</summary>
    public bool AllowUnusualFields { get; set; }

    /// <summary>Sends HTTP/1.0 instead of HTTP/1.1.</summary>
    public bool IsHttp10 { get; set; }

    private string DebuggerDisplay => $"{Method} {Target}, {Headers.Count} fields";
}
