using System.Runtime.CompilerServices;
using System.Text;

namespace PollHttp.Core;

// Requests: from what the caller gives to HttpConnection.Begin. No I/O.
public sealed partial class PollClient
{
    // The caller's head is never changed: what has to be added goes in here, whose lists keep their memory.
    private readonly RequestHead _scratch = new();
    private int _copiedFields = -1;
    private ExchangeId _exchange;
    private ReadOnlyMemory<byte> _upload;
    private bool _uploadOpen;

    // Why the request under way can't be sent: the connection had ended when it was made. The next Poll reports it.
    private Fault _unsendable;

    // The last target and its wire form, so that a reused string costs no work and no memory.
    private string? _givenTarget;
    private string? _givenMethod;
    private string? _givenAuthority;
    private string? _wireTarget;
    private string? _wireHost;

    /// <summary>Begins a request; <see cref="Poll"/> sends it.</summary>
    /// <param name="method">A token in its exact case (RFC 9110 §9.1).</param>
    /// <param name="target">
    /// An absolute path with an optional query; an absolute URL with the connected authority (sent as a path unless through a
    /// plain-HTTP proxy); <c>*</c> for OPTIONS; <c>host:port</c> for CONNECT (RFC 9112 §3.2). Already percent-encoded.
    /// </param>
    /// <param name="headers">
    /// Fields in the order wanted, or null. Added only where missing: Host, User-Agent, <c>Accept: */*</c>. Content-Length comes
    /// from the body; one given here must agree with it. With <c>Expect: 100-continue</c> the body waits for the interim 100, or
    /// <see cref="ConnectionTimeouts.Expect100Continue"/>.
    /// </param>
    /// <param name="body">
    /// The content, of any length and with any method but CONNECT; empty for none (POST, PUT and PATCH then send
    /// <c>Content-Length: 0</c>). Borrowed, not copied: it must not change until the response has ended or the status is
    /// Disconnected or a failure.
    /// </param>
    /// <remarks>
    /// The last response, trailers included, ends here. Where the connection has ended unnoticed, the request is accepted all the same
    /// and fails in the next <see cref="Poll"/>, with a <see cref="Fault"/> that is retryable. A final response of 300 or above, or with <c>Connection: close</c>, that
    /// comes before the body is sent gives up the rest of it; any other lets it go on.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The status is not Connected, or the connection was switched.</exception>
    /// <exception cref="ArgumentException">Method, target or a field breaks a rule; nothing was sent.</exception>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    [OverloadResolutionPriority(3)]
    public void Request(
        string method, string target, IEnumerable<HeaderField>? headers, ReadOnlyMemory<byte> body)
    {
        CheckCanRequest();
        BeginScratch(method);
        long? givenLength = null;
        if (headers is not null)
        {
            foreach (HeaderField field in headers)
            {
                AddToScratch(field, ref givenLength);
            }
        }

        BeginFromScratch(target, givenLength, body);
    }

    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})"/>
    /// <param name="method">A token in its exact case (RFC 9110 §9.1).</param>
    /// <param name="target">An absolute path, an absolute URL, <c>*</c>, or <c>host:port</c>.</param>
    public void Request(string method, string target) => Request(method, target, (IEnumerable<HeaderField>?)null, default(ReadOnlyMemory<byte>));

    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})"/>
    /// <param name="method">A token in its exact case (RFC 9110 §9.1).</param>
    /// <param name="target">An absolute path, an absolute URL, <c>*</c>, or <c>host:port</c>.</param>
    /// <param name="headers">Fields in the order wanted, or null.</param>
    [OverloadResolutionPriority(3)]
    public void Request(string method, string target, IEnumerable<HeaderField>? headers) =>
        Request(method, target, headers, default(ReadOnlyMemory<byte>));

    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})"/>
    /// <param name="method">A token in its exact case (RFC 9110 §9.1).</param>
    /// <param name="target">An absolute path, an absolute URL, <c>*</c>, or <c>host:port</c>.</param>
    /// <param name="headers">Fields in the order wanted, or null.</param>
    /// <param name="body">The content as text, sent as UTF-8 without a byte order mark; null or empty for none.</param>
    [OverloadResolutionPriority(2)]
    public void Request(string method, string target, IEnumerable<HeaderField>? headers, string? body) =>
        Request(method, target, headers, ToBytes(body));

    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})"/>
    /// <param name="method">A token in its exact case (RFC 9110 §9.1).</param>
    /// <param name="target">An absolute path, an absolute URL, <c>*</c>, or <c>host:port</c>.</param>
    /// <param name="headerLines">Fields as lines of the form <c>Name: value</c>, as in Godot; or null.</param>
    public void Request(string method, string target, IEnumerable<string>? headerLines) =>
        Request(method, target, headerLines, ReadOnlyMemory<byte>.Empty);

    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})"/>
    /// <param name="method">A token in its exact case (RFC 9110 §9.1).</param>
    /// <param name="target">An absolute path, an absolute URL, <c>*</c>, or <c>host:port</c>.</param>
    /// <param name="headerLines">Fields as lines of the form <c>Name: value</c>, as in Godot; or null.</param>
    /// <param name="body">The content; borrowed, not copied: it must not change until the response has ended.</param>
    [OverloadResolutionPriority(1)]
    public void Request(string method, string target, IEnumerable<string>? headerLines, ReadOnlyMemory<byte> body)
    {
        CheckCanRequest();
        BeginScratch(method);
        long? givenLength = null;
        if (headerLines is not null)
        {
            foreach (string line in headerLines)
            {
                AddToScratch(HeaderField.Parse(line), ref givenLength);
            }
        }

        BeginFromScratch(target, givenLength, body);
    }

    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})"/>
    /// <param name="method">A token in its exact case (RFC 9110 §9.1).</param>
    /// <param name="target">An absolute path, an absolute URL, <c>*</c>, or <c>host:port</c>.</param>
    /// <param name="headerLines">Fields as lines of the form <c>Name: value</c>, as in Godot; or null.</param>
    /// <param name="body">The content as text, sent as UTF-8 without a byte order mark; null or empty for none.</param>
    public void Request(string method, string target, IEnumerable<string>? headerLines, string? body) =>
        Request(method, target, headerLines, ToBytes(body));

    /// <inheritdoc cref="Request(RequestHead, ReadOnlyMemory{byte})"/>
    public void Request(RequestHead head) => Request(head, default);

    /// <summary>
    /// Begins a request from a head that may be used any number of times; with the same head again this allocates nothing.
    /// </summary>
    /// <param name="head">
    /// Method, target and fields by the rules of the other overloads. Read during this call only, and never changed: what is missing
    /// (Host, also where <see cref="RequestHead.Authority"/> is empty, User-Agent, Accept) is added to a copy.
    /// </param>
    /// <param name="body">The content; borrowed, not copied: it must not change until the response has ended.</param>
    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})" path="/remarks|/exception"/>
    public void Request(RequestHead head, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(head);
        CheckCanRequest();
        BeginFromScratch(Frame(head, body), body);
    }

    /// <summary>
    /// Checks whether Request would accept a head and a body on the connection that was begun: call it after
    /// <see cref="ConnectToHost"/>, in whatever status, to find a mistake before the connection is there. Sends and changes nothing.
    /// </summary>
    /// <param name="head">The head, as Request takes it.</param>
    /// <param name="body">The body, as Request takes it.</param>
    /// <exception cref="InvalidOperationException">There is no connection.</exception>
    /// <exception cref="ArgumentException">Method, target or a field breaks a rule.</exception>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    public void CheckRequest(RequestHead head, ReadOnlyMemory<byte> body = default)
    {
        ArgumentNullException.ThrowIfNull(head);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!IsLive)
        {
            Misuse.Throw(nameof(CheckRequest), $"the status is {Status}", Fault);
        }

        _connection!.CheckHead(_scratch, Frame(head, body));
    }

    private ContentFraming Frame(RequestHead head, ReadOnlyMemory<byte> body)
    {
        long? givenLength = null;
        if (HasFieldsOf(head.Headers))
        {
            _scratch.Method = head.Method;
        }
        else
        {
            BeginScratch(head.Method);
            foreach (HeaderField field in head.Headers)
            {
                AddToScratch(field, ref givenLength);
            }

            _copiedFields = givenLength is null ? head.Headers.Count : -1;
        }

        _scratch.IsHttp10 = head.IsHttp10;
        _scratch.Authority = head.Authority;
        return FrameScratch(head.Target, givenLength, body);
    }

    /// <summary>Whether the scratch still begins with exactly these fields, so that they need not be copied and checked again.</summary>
    private bool HasFieldsOf(HeaderList fields)
    {
        if (fields.Count != _copiedFields)
        {
            return false;
        }

        for (int i = 0; i < fields.Count; i++)
        {
            (HeaderField given, HeaderField copied) = (fields[i], _scratch.Headers[i]);
            if (!ReferenceEquals(given.Name, copied.Name) || !ReferenceEquals(given.Value, copied.Value))
            {
                return false;
            }
        }

        return true;
    }

    private static ReadOnlyMemory<byte> ToBytes(string? body) =>
        string.IsNullOrEmpty(body) ? default : Encoding.UTF8.GetBytes(body);

    private void CheckCanRequest()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Status != PollStatus.Connected || _switched)
        {
            Misuse.Throw(nameof(Request), _switched ? "the connection no longer speaks HTTP" : $"the status is {Status}", Fault);
        }
    }

    private void BeginScratch(string method)
    {
        _copiedFields = -1;
        _scratch.Headers.Clear();
        _scratch.Authority = "";
        _scratch.IsHttp10 = false;
        _scratch.Method = method;
    }

    private void AddToScratch(HeaderField field, ref long? givenLength)
    {
        if (field.Name is not null && field.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
        {
            if (!long.TryParse(field.Value, System.Globalization.NumberStyles.None, null, out long length)
                || (givenLength is { } other && other != length))
            {
                throw new ArgumentException("Content-Length is not one number (RFC 9110 §8.6).", "headers");
            }

            givenLength = length;
            return;
        }

        if (field.Name is not null && field.Name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException("The body is sent with its length; Transfer-Encoding can't be set.", "headers");
        }

        _scratch.Headers.Add(field);
    }

    private void BeginFromScratch(string target, long? givenLength, ReadOnlyMemory<byte> body) =>
        BeginFromScratch(FrameScratch(target, givenLength, body), body);

    /// <summary>Completes the scratch by what the connection and the body ask for, and frames the body.</summary>
    private ContentFraming FrameScratch(string target, long? givenLength, ReadOnlyMemory<byte> body)
    {
        string method = _scratch.Method;
        if (givenLength is { } length && length != body.Length)
        {
            throw new ArgumentException($"Content-Length is {length}, the body has {body.Length} bytes.", "headers");
        }

        bool isConnect = method == "CONNECT";
        if (isConnect && !body.IsEmpty)
        {
            throw new ArgumentException("CONNECT has no content (RFC 9110 §9.3.6).", nameof(body));
        }

        SetWireTarget(method, target);
        ContentFraming content = body.IsEmpty && givenLength is null && method is not ("POST" or "PUT" or "PATCH")
            ? ContentFraming.None
            : ContentFraming.OfLength(body.Length);
        _scratch.Target = _wireTarget!;
        if (_scratch.Authority.Length == 0 || _wireHost is not null)
        {
            _scratch.Authority = _wireHost ?? _authority ?? "";
        }

        AddMissing("User-Agent", _userAgent);
        AddMissing("Accept", "*/*");
        return content;
    }

    private void BeginFromScratch(ContentFraming content, ReadOnlyMemory<byte> body)
    {
        PollConnection connection = _connection!;
        if (!connection.IsReusable)
        {
            BeginUnsendable(connection, content);
            return;
        }

        _exchange = connection.Http.Begin(_scratch, content, connection.Now);
        ForgetResponse();
        _upload = body;
        _uploadOpen = !body.IsEmpty;
        MoveTo(PollStatus.Requesting);
        PumpUpload();
    }

    /// <summary>Accepts a request on a connection that has ended: the same rules apply to it, and the next Poll fails it.</summary>
    private void BeginUnsendable(PollConnection connection, ContentFraming content)
    {
        connection.CheckHead(_scratch, content);
        ForgetResponse();
        _unsendable = FindIdleFault(connection) is { Exists: true } fault
            ? fault with { Retryable = true }
            : connection.WithTarget(new Fault
            {
                Kind = (connection.Http.CloseReasons & CloseReasons.BytesWhileIdle) != 0 ? FaultKind.UnsolicitedBytes : FaultKind.ClosedBeforeResponse,
                Phase = ConnectPhase.Http,
                BytesExpected = -1,
                RequestContentLength = content.Length,
                Retryable = true,
            });
        MoveTo(PollStatus.Requesting);
    }

    private void SetWireTarget(string method, string target)
    {
        if (ReferenceEquals(target, _givenTarget) && ReferenceEquals(method, _givenMethod)
            && ReferenceEquals(_authority, _givenAuthority))
        {
            return;
        }

        _wireTarget = RequestTargetForm.ToWire(method, target, _isHttps, _authority, _viaPlainProxy, out _wireHost);
        (_givenTarget, _givenMethod, _givenAuthority) = (target, method, _authority);
    }

    /// <summary>The wire form depends on the connection: absolute through a proxy, checked against the scheme.</summary>
    private void ForgetWireTarget()
    {
        (_givenTarget, _givenMethod, _givenAuthority) = (null, null, null);
        (_wireTarget, _wireHost) = (null, null);
    }

    private void AddMissing(string name, string value)
    {
        if (value.Length > 0 && !_scratch.Headers.Contains(name))
        {
            _scratch.Headers.Add(name, value);
        }
    }

    /// <summary>Gives the connection as much of the body as it takes; true when it took anything.</summary>
    private bool PumpUpload()
    {
        if (!_uploadOpen)
        {
            return false;
        }

        // In pieces, so that an early refusal finds most of a large body unwritten and can give it up.
        const int Piece = 64 * 1024;
        HttpConnection http = _connection!.Http;
        bool moved = false;
        while (_upload.Length > 0 && CanWrite)
        {
            int taken = http.Write(_exchange, _upload.Length > Piece ? _upload[..Piece] : _upload);
            if (taken == 0)
            {
                return moved;
            }

            _upload = _upload[taken..];
            moved = true;
        }

        if (_upload.Length == 0 && CanWrite)
        {
            http.FinishBody(_exchange);
            _uploadOpen = false;
            moved = true;
        }

        return moved;
    }

    // While it waits for an interim 100, content may be written only once a final head came instead.
    private bool CanWrite => Exchange.SendState == SendState.Body || (Exchange.SendState == SendState.AwaitContinue && _head is not null);

    private void AbandonUpload()
    {
        if (_uploadOpen)
        {
            _uploadOpen = false;
            _upload = default;
            _connection!.Http.AbandonBody(_exchange);
        }
    }
}
