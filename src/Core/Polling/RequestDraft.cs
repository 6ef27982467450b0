namespace PollHttp.Core;

/// <summary>
/// Prepares the head of the next request: the caller's fields and the missing ones. The caller's own head is never changed. The lists here
/// keep their memory, so that reusing a head allocates nothing.
/// </summary>
/// <param name="userAgent">The <c>User-Agent</c> of requests without one; empty for none.</param>
internal sealed class RequestDraft(string userAgent)
{
    private int _copiedFields = -1;
    private long? _givenLength;

    /// <summary>Gets the head, once it is complete.</summary>
    public RequestHead Head { get; } = new();

    /// <summary>Starts over, without fields.</summary>
    public void Start(string method)
    {
        _copiedFields = -1;
        _givenLength = null;
        Head.Headers.Clear();
        Head.Authority = "";
        Head.IsHttp10 = false;
        Head.Method = method;
    }

    /// <summary>Starts over with the contents of a head, except its target.</summary>
    public void Start(RequestHead given)
    {
        if (HasFieldsOf(given.Headers))
        {
            Head.Method = given.Method;
        }
        else
        {
            Start(given.Method);
            foreach (HeaderField field in given.Headers)
            {
                Add(field);
            }

            _copiedFields = _givenLength is null ? given.Headers.Count : -1;
        }

        Head.IsHttp10 = given.IsHttp10;
        Head.Authority = given.Authority;
    }

    public void Add(HeaderField field)
    {
        if (field.Name is not null && field.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
        {
            if (!long.TryParse(field.Value, System.Globalization.NumberStyles.None, null, out long length)
                || (_givenLength is { } other && other != length))
            {
                throw new ArgumentException("Content-Length is not one number (RFC 9110 §8.6).", "headers");
            }

            _givenLength = length;
            return;
        }

        if (field.Name is not null && field.Name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException("How the body is sent decides Transfer-Encoding; it can't be set.", "headers");
        }

        Head.Headers.Add(field);
    }

    /// <summary>Returns the framing of a body in memory.</summary>
    /// <param name="length">The length of the body.</param>
    public ContentFraming FrameOf(int length) =>
        length == 0 && _givenLength is null && Head.Method is not ("POST" or "PUT" or "PATCH") ? ContentFraming.None : ContentFraming.OfLength(length);

    /// <summary>Adds the fields that the connection and the body require.</summary>
    /// <param name="origin">The origin that the target is relative to.</param>
    /// <param name="target">The target, as given by the caller.</param>
    /// <param name="body">How the body is framed.</param>
    /// <exception cref="ArgumentException">Target and method, or length and body, contradict each other.</exception>
    public void Complete(RequestOrigin origin, string target, ContentFraming body)
    {
        string method = Head.Method;
        if (_givenLength is { } length && (body.Kind == ContentFramingKind.Chunked || length != body.Length))
        {
            throw new ArgumentException(
                $"Content-Length is {length}, {(body.Kind == ContentFramingKind.Chunked ? "the body comes in chunks" : $"the body has {body.Length} bytes")}.", "headers");
        }

        if (method == "CONNECT" && body is { Kind: ContentFramingKind.Chunked } or { Length: > 0 })
        {
            throw new ArgumentException("CONNECT has no content (RFC 9110 §9.3.6).", nameof(body));
        }

        Head.Target = origin.ToWire(method, target, out string? host);
        if (Head.Authority.Length == 0 || host is not null)
        {
            Head.Authority = host ?? origin.Authority;
        }

        AddMissing("User-Agent", userAgent);
        AddMissing("Accept", "*/*");
    }

    /// <summary>
    /// Determines whether the head still begins with exactly these fields, so that they need not be copied and checked again.
    /// </summary>
    private bool HasFieldsOf(HeaderList fields)
    {
        if (fields.Count != _copiedFields)
        {
            return false;
        }

        for (int i = 0; i < fields.Count; i++)
        {
            (HeaderField given, HeaderField copied) = (fields[i], Head.Headers[i]);
            if (!ReferenceEquals(given.Name, copied.Name) || !ReferenceEquals(given.Value, copied.Value))
            {
                return false;
            }
        }

        return true;
    }

    private void AddMissing(string name, string value)
    {
        if (value.Length > 0 && !Head.Headers.Contains(name))
        {
            Head.Headers.Add(name, value);
        }
    }
}
