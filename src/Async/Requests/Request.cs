using System.Diagnostics;

namespace PollHttp;

/// <summary>
/// Represents a request to send: method, address, fields, content. It can be sent any number of times if its content can be replayed. It
/// must not be changed between sending it and its response head.
/// </summary>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class Request
{
    /// <summary>Initializes a request without fields or content.</summary>
    public Request(string method, Uri uri)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        ArgumentNullException.ThrowIfNull(uri);
        Method = method;
        Uri = uri;
    }

    /// <inheritdoc cref="Request(string, System.Uri)"/>
    public Request(string method, string uri)
        : this(method, new Uri(uri, UriKind.RelativeOrAbsolute))
    {
    }

    /// <inheritdoc cref="Request(string, System.Uri)"/>
    public Request(HttpMethod method, Uri uri)
        : this((method ?? throw new ArgumentNullException(nameof(method))).Method, uri)
    {
    }

    /// <inheritdoc cref="Request(string, System.Uri)"/>
    public Request(HttpMethod method, string uri)
        : this((method ?? throw new ArgumentNullException(nameof(method))).Method, uri)
    {
    }

    /// <summary>Gets or sets the method, in its exact case.</summary>
    public string Method { get; set; }

    /// <summary>Gets or sets the address; may be relative to the client's base address.</summary>
    public Uri Uri { get; set; }

    /// <summary>Gets the fields, sent in this order, before the defaults.</summary>
    public HeaderList Headers => HeadersOrNull ??= new();

    /// <summary>Gets or sets the content, or null.</summary>
    public RequestContent? Content { get; set; }

    /// <summary>
    /// Gets or sets the options of this request, or null. They can be shared between requests, and must not change while one of them is
    /// pending.
    /// </summary>
    public RequestOptions? Options { get; set; }

    internal HeaderList? HeadersOrNull { get; private set; }

    private string DebuggerDisplay => $"{Method} {Uri}";
}
