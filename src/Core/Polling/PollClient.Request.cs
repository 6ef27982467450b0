using System.Runtime.CompilerServices;
using System.Text;

namespace PollHttp.Core;

// Requests: from the caller's arguments to HttpConnection.Begin. No I/O.
public sealed partial class PollClient
{
    private readonly RequestDraft _draft;
    private ExchangeId _exchange;
    private RequestUpload _upload;

    // Why the current request can't be sent: the connection had already ended. The next Poll reports it.
    private Fault _unsendable;

    /// <summary>Begins a request; <see cref="Poll"/> sends it.</summary>
    /// <param name="method">A token in its exact case (RFC 9110 §9.1).</param>
    /// <param name="target"> An absolute path with an optional query; an absolute URL with the connected authority (sent as a path unless
    /// through a plain-HTTP proxy); <c>*</c> for OPTIONS; <c>host:port</c> for CONNECT (RFC 9112 §3.2). It must be percent-encoded.
    /// </param>
    /// <param name="headers"> Fields in the order to send, or null. Host, User-Agent and <c>Accept: */*</c> are added if missing.
    /// Content-Length is computed from the body; a value given here must match it. With <c>Expect: 100-continue</c> the body waits for the
    /// interim 100, or for <see cref="ConnectionTimeouts.Expect100Continue"/>. </param>
    /// <param name="body"> The content, of any length and with any method but CONNECT; empty for none (POST, PUT and PATCH then send
    /// <c>Content-Length: 0</c>). Borrowed, not copied: it must not change until the response has ended, or the status is Disconnected or a
    /// failure. </param>
    /// <remarks>
    /// The last response, including its trailers, is released. If the connection has ended unnoticed, the request is accepted and fails in
    /// the next <see cref="Poll"/>, with a <see cref="Fault"/> that is retryable. If a final response of 300 or above, or with
    /// <c>Connection: close</c>, arrives before the body is sent, the rest of the body is abandoned; after any other response the body
    /// continues.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The status is not Connected, or the connection was switched.</exception>
    /// <exception cref="ArgumentException">Method, target or a field breaks a rule; nothing was sent.</exception>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    [OverloadResolutionPriority(3)]
    public void Request(
        string method, string target, IEnumerable<HeaderField>? headers, ReadOnlyMemory<byte> body)
    {
        CheckCanRequest();
        _draft.Start(method);
        if (headers is not null)
        {
            foreach (HeaderField field in headers)
            {
                _draft.Add(field);
            }
        }

        Begin(target, body);
    }

    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})"/>
    /// <param name="method">A token in its exact case (RFC 9110 §9.1).</param>
    /// <param name="target">An absolute path, an absolute URL, <c>*</c>, or <c>host:port</c>.</param>
    public void Request(string method, string target) => Request(method, target, (IEnumerable<HeaderField>?)null, default(ReadOnlyMemory<byte>));

    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})"/>
    /// <param name="method">A token in its exact case (RFC 9110 §9.1).</param>
    /// <param name="target">An absolute path, an absolute URL, <c>*</c>, or <c>host:port</c>.</param>
    /// <param name="headers">Fields in the order to send, or null.</param>
    [OverloadResolutionPriority(3)]
    public void Request(string method, string target, IEnumerable<HeaderField>? headers) =>
        Request(method, target, headers, default(ReadOnlyMemory<byte>));

    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})"/>
    /// <param name="method">A token in its exact case (RFC 9110 §9.1).</param>
    /// <param name="target">An absolute path, an absolute URL, <c>*</c>, or <c>host:port</c>.</param>
    /// <param name="headers">Fields in the order to send, or null.</param>
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
        _draft.Start(method);
        if (headerLines is not null)
        {
            foreach (string line in headerLines)
            {
                _draft.Add(HeaderField.Parse(line));
            }
        }

        Begin(target, body);
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

    /// <summary>Begins a request from a head that can be reused any number of times; reusing a head allocates nothing.</summary>
    /// <param name="head"> Method, target and fields, by the rules of the other overloads. Read only during this call, and never changed:
    /// missing fields (Host, also if <see cref="RequestHead.Authority"/> is empty, User-Agent, Accept) are added to a copy. </param>
    /// <param name="body">The content; borrowed, not copied: it must not change until the response has ended.</param>
    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})" path="/remarks|/exception"/>
    [OverloadResolutionPriority(1)]
    public void Request(RequestHead head, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(head);
        CheckCanRequest();
        _draft.Start(head);
        Begin(head.Target, body);
    }

    /// <summary>
    /// Begins a request whose body is written piece by piece: call <see cref="WriteRequestBody"/> between polls while
    /// <see cref="IsRequestBodyOpen"/> is true, then <see cref="FinishRequestBody"/>.
    /// </summary>
    /// <param name="head">Method, target and fields, by the rules of the other overloads. Read only during this call, and never
    /// changed.</param>
    /// <param name="content">How the body is framed: by its length, in chunks, or none.</param>
    /// <inheritdoc cref="Request(string, string, IEnumerable{HeaderField}?, ReadOnlyMemory{byte})" path="/remarks|/exception"/>
    public void Request(RequestHead head, ContentFraming content)
    {
        ArgumentNullException.ThrowIfNull(head);
        CheckCanRequest();
        _draft.Start(head);
        if (Begin(head.Target, content))
        {
            _upload = RequestUpload.OfCaller(_connection!.Http, _exchange, content);
        }
    }

    /// <summary>
    /// Gets a value indicating whether the body of the request is open for <see cref="WriteRequestBody"/> and
    /// <see cref="FinishRequestBody"/>. False without such a request, after <see cref="FinishRequestBody"/>, and after an early response or
    /// a failure has ended the body.
    /// </summary>
    public bool IsRequestBodyOpen => _upload.AwaitsCaller;

    /// <summary>
    /// Gets a value indicating whether <see cref="WriteRequestBody"/> accepts bytes now: there is room, and no interim 100 is awaited.
    /// Changes in <see cref="Poll"/>. With <see cref="BlockingMode"/>, Poll returns when this becomes true.
    /// </summary>
    public bool WantsRequestBody => _upload.HasRoom(HasResponse);

    /// <summary>
    /// Gets a value indicating whether memory that was given to <see cref="WriteRequestBody"/> is still borrowed. It must not change until
    /// this is false.
    /// </summary>
    public bool HoldsRequestBody => _upload.HoldsMemory;

    /// <summary>Writes a piece of the body. No I/O: <see cref="Poll"/> sends it.</summary>
    /// <param name="piece">The next bytes; borrowed, not copied, while <see cref="HoldsRequestBody"/> is true.</param>
    /// <returns>The number of bytes accepted: all, or 0, which means: poll until <see cref="WantsRequestBody"/> is true.</returns>
    /// <exception cref="InvalidOperationException">The body is not open, or would exceed its length.</exception>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    public int WriteRequestBody(ReadOnlyMemory<byte> piece)
    {
        CheckCanWrite(nameof(WriteRequestBody));
        return _upload.Write(piece, HasResponse);
    }

    /// <summary>Ends the body of the request.</summary>
    /// <param name="trailers">Fields of the trailer section (RFC 9110 §6.5), for a body in chunks; null for none.</param>
    /// <exception cref="InvalidOperationException">The body is not open, is shorter than its length, or an interim 100 is
    /// awaited.</exception>
    /// <exception cref="ArgumentException">A trailer breaks a rule.</exception>
    /// <exception cref="ObjectDisposedException">After Dispose.</exception>
    public void FinishRequestBody(HeaderList? trailers = null)
    {
        CheckCanWrite(nameof(FinishRequestBody));
        _upload.Finish(trailers);
    }

    /// <summary>
    /// Checks whether Request would accept a head and a body on the current connection. Call it after <see cref="ConnectToHost"/>, in any
    /// status, to find a mistake before the connection is open. Sends and changes nothing.
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

        _draft.Start(head);
        ContentFraming content = _draft.FrameOf(body.Length);
        _draft.Complete(_origin!, head.Target, content);
        _connection!.CheckHead(_draft.Head, content);
    }

    private static ReadOnlyMemory<byte> ToBytes(string? body) =>
        string.IsNullOrEmpty(body) ? default : Encoding.UTF8.GetBytes(body);

    private void CheckCanRequest()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Status != PollStatus.Connected || _stage == RequestStage.Switched)
        {
            Misuse.Throw(nameof(Request), _stage == RequestStage.Switched ? "the connection no longer speaks HTTP" : $"the status is {Status}", Fault);
        }
    }

    private void CheckCanWrite(string member)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ThrowIfConsuming(member);
        if (!_upload.AwaitsCaller)
        {
            Misuse.Throw(member, "no body of a request is to be written", Fault);
        }
    }

    private void Begin(string target, ReadOnlyMemory<byte> body)
    {
        if (Begin(target, _draft.FrameOf(body.Length)))
        {
            _upload = RequestUpload.OfMemory(_connection!.Http, _exchange, body);
            _upload.Pump(HasResponse);
        }
    }

    /// <returns>Whether the body will be sent: false if the connection has ended.</returns>
    private bool Begin(string target, ContentFraming content)
    {
        PollConnection connection = _connection!;
        _draft.Complete(_origin!, target, content);
        if (!connection.IsReusable)
        {
            BeginUnsendable(connection, content);
            return false;
        }

        _exchange = connection.Http.Begin(_draft.Head, content, connection.Now);
        ClearResponse();
        MoveTo(RequestStage.UnderWay);
        MoveTo(PollStatus.Requesting);
        return true;
    }

    /// <summary>Accepts a request on a connection that has ended: the same rules apply, and the next Poll fails it.</summary>
    private void BeginUnsendable(PollConnection connection, ContentFraming content)
    {
        connection.CheckHead(_draft.Head, content);
        ClearResponse();
        _unsendable = PollFaults.OfRequestAfterEnd(connection, content);
        MoveTo(RequestStage.Unsendable);
        MoveTo(PollStatus.Requesting);
    }
}
