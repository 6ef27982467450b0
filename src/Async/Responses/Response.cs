using System.Diagnostics;
using PollHttp.Addresses;
using PollHttp.Bodies;
using PollHttp.Responses;
using PollHttp.Streams;

namespace PollHttp;

/// <summary>
/// Represents a response: its head, and its body, which can be read once in any of several ways. Dispose it if the body was not read to its
/// end; a small body is in memory already and needs no disposal.
/// </summary>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class Response : IDisposable, IAsyncDisposable
{
    private readonly ResponseHead _head;
    private readonly object? _tunnel; // one of two kinds, in one field: most responses have none
    private ReadOnlyMemory<byte> _detached;
    private ResponseBody? _body;
    private volatile bool _disposed;

    /// <param name="uri">The address of the response.</param>
    /// <param name="head">A detached head.</param>
    /// <param name="detached">The whole body, in memory that belongs to the response; without trailers.</param>
    /// <param name="connection">The connection.</param>
    internal Response(Uri uri, ResponseHead head, ReadOnlyMemory<byte> detached, ConnectionInfo connection)
    {
        RequestUri = uri;
        _head = head;
        _detached = detached;
        Connection = connection;
    }

    /// <param name="uri">The address of the response.</param>
    /// <param name="head">A detached head.</param>
    /// <param name="source">The body before decoding.</param>
    /// <param name="decode">The decoder of the content codings, which are then hidden; or null.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="progress">The receiver of progress reports, or null.</param>
    internal Response(
        Uri uri, ResponseHead head, BodySource source, Func<BodySource, BodySource>? decode, ConnectionInfo connection,
        IProgress<ResponseProgress>? progress = null)
    {
        RequestUri = uri;
        _head = decode is null ? head : head.Without("Content-Encoding", "Content-Length");
        Connection = connection;
        BodySource framed = progress is null
            ? source
            : new ProgressBody(source, progress, head.Framing.Kind == BodyFramingKind.Length ? head.Framing.Length : null);
        _body = new(decode is null ? framed : decode(framed), source is LiveBody live ? new Sentinel(live) : null);
        IsLive = true;
        IsDecoded = decode is not null;
    }

    internal Response(Uri uri, ResponseHead head, Tunnel tunnel, ConnectionInfo connection)
        : this(uri, head, default(ReadOnlyMemory<byte>), connection) => _tunnel = new TunnelKeeper(tunnel);

    /// <summary>Gets the status code.</summary>
    public HttpStatusCode StatusCode => (HttpStatusCode)_head.StatusCode;

    /// <summary>Gets a value indicating whether the status code is in the range 200 to 299.</summary>
    public bool IsSuccessStatusCode => _head.StatusCode is >= 200 and <= 299;

    /// <summary>Gets the version on the wire.</summary>
    public Version Version => _head.MajorVersion == 2 ? HttpVersion.Version20 : _head.MinorVersion == 0 ? HttpVersion.Version10 : HttpVersion.Version11;

    /// <summary>Gets the reason phrase as sent; may be empty.</summary>
    public string ReasonPhrase => _head.ReasonPhrase;

    /// <summary>Gets the fields.</summary>
    public HeaderBlock Headers => _head.Headers;

    /// <summary>Gets the trailer fields: empty until the body was read to its end.</summary>
    public IReadOnlyList<HeaderField> Trailers => IsLive ? _body!.Source.Trailers : [];

    /// <summary>Gets the address of the response.</summary>
    public Uri RequestUri { get; }

    /// <summary>
    /// Gets the value of Content-Length, or null. Also null if the body is decoded, since the field counts the coded bytes.
    /// </summary>
    public long? ContentLength => _head.ContentLength < 0 || IsDecoded ? null : _head.ContentLength;

    /// <summary>
    /// Gets a value indicating whether a content coding of the body is decoded as it is read: see <see cref="DecompressionOptions"/>.
    /// </summary>
    public bool IsDecoded { get; }

    /// <summary>Gets information about the connection: its address, its TLS.</summary>
    public ConnectionInfo Connection { get; }

    /// <summary>Gets the body as slices of the receive buffer.</summary>
    /// <exception cref="ObjectDisposedException">The response is disposed.</exception>
    public ResponseBody Body
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _body ??= new(this);
        }
    }

    /// <summary>Gets the body as a pipe. Counts as reading it.</summary>
    /// <exception cref="InvalidOperationException">The body was already read, or is being read.</exception>
    public BodyPipeReader BodyReader => _reader ??= TakeReader();

    private BodyPipeReader? _reader;

    internal PollLoop Loop => Connection.Loop;

    internal ResponseHead Head => _head;

    internal bool IsDisposed => _disposed;

    /// <summary>Gets the connection after a switch of protocols; null for every other response.</summary>
    internal TunnelKeeper? Tunnel => _tunnel as TunnelKeeper;

    /// <summary>Gets the sending side of an accepted extended CONNECT, whose receiving side is the body; null for every other response.</summary>
    internal TunnelContent? TunnelContent
    {
        get => _tunnel as TunnelContent;
        init => _tunnel = value;
    }

    /// <summary>Gets the body while it is on its connection; null for a body in memory.</summary>
    internal LiveBody? LiveBody => IsLive ? _body!.Source as LiveBody : null;

    /// <summary>Gets a value indicating whether the body is read from its connection, so that its slices need no copy.</summary>
    internal bool IsOnConnection => LiveBody is not null;

    /// <summary>Gets or sets a value indicating whether the body comes from a source, instead of being plain bytes in memory.</summary>
    private bool IsLive { get; set; }

    /// <summary>Returns the body as a read-only stream; disposing it ends the reading.</summary>
    /// <exception cref="InvalidOperationException">The body was already read, or is being read.</exception>
    public Stream OpenBodyStream()
    {
        Take(BodyUse.Stream);
        return new BodyStream(Body);
    }

    /// <summary>Returns the version, the status and the number of fields, for logs and debuggers.</summary>
    public override string ToString() =>
        $"HTTP/{Version} {(int)StatusCode} {ReasonPhrase}".TrimEnd() + $", {Headers.Count} header {(Headers.Count == 1 ? "field" : "fields")}";

    /// <summary>Throws if the status is not a success.</summary>
    /// <exception cref="HttpRequestException">The status code is outside 200 to 299; the response is disposed.</exception>
    public Response EnsureSuccessStatusCode()
    {
        if (!IsSuccessStatusCode)
        {
            Dispose();
            string reason = ReasonPhrase.Length == 0 ? "" : $" ({ReasonPhrase})";
            throw new HttpRequestException(
                $"Response status code does not indicate success: {_head.StatusCode}{reason}.", null, StatusCode);
        }

        return this;
    }

    /// <summary>Reads the body as bytes.</summary>
    public async Task<byte[]> ReadAsByteArrayAsync(CancellationToken cancellationToken = default) =>
        await BodyBuffer.ReadAsync(this, int.MaxValue, cancellationToken).ConfigureAwait(Loop.KeepsContext);

    /// <summary>Reads the body as text: by its byte order mark, else by the charset of Content-Type, else as UTF-8.</summary>
    public async Task<string> ReadAsStringAsync(CancellationToken cancellationToken = default) =>
        BodyText.Decode(await BodyBuffer.ReadMemoryAsync(this, int.MaxValue, cancellationToken).ConfigureAwait(Loop.KeepsContext), Headers);

    /// <summary>Writes the body into a stream.</summary>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        await foreach (ReadOnlyMemory<byte> slice in Body.WithCancellation(cancellationToken).ConfigureAwait(Loop.KeepsContext))
        {
            await destination.WriteAsync(slice, cancellationToken).ConfigureAwait(Loop.KeepsContext);
        }
    }

    /// <summary>Takes the whole body, if it is in memory and was not taken. Counts as reading it.</summary>
    internal bool TryTakeDetached(out ReadOnlyMemory<byte> body)
    {
        body = default;
        if (IsLive)
        {
            return false;
        }

        if (_body is null)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _body = ResponseBody.Taken;
        }
        else
        {
            Take(BodyUse.Whole);
        }

        body = TakeDetached();
        return true;
    }

    /// <summary>Takes the bytes for the body, once.</summary>
    internal ReadOnlyMemory<byte> TakeDetached()
    {
        ReadOnlyMemory<byte> body = _detached;
        _detached = default;
        return body;
    }

    private void Take(BodyUse use)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Body.Take(use);
    }

    private BodyPipeReader TakeReader()
    {
        Take(BodyUse.Pipe);
        return new(Body);
    }

    /// <summary>Ends the reading: a small rest of the body is drained, otherwise the connection is closed.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _detached = default;
            Thread.MemoryBarrier(); // before checking for a body that is being created
            _body?.Finish(byReader: false);
            Tunnel?.Dispose();
            if (TunnelContent?.TryEnd() == false)
            {
                ResetTunnel(new ObjectDisposedException(nameof(Response)));
            }
        }
    }

    /// <summary>Resets the stream of an accepted extended CONNECT. What is being read or written fails.</summary>
    internal void ResetTunnel(Exception error) => LiveBody?.ResetTunnel(error);

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private string DebuggerDisplay => $"{(_disposed ? "disposed, " : "")}{ToString()}, from {RequestUri}";
}
