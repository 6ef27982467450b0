using System.Diagnostics;
using System.Globalization;
using PollHttp.Addresses;
using PollHttp.Polled;

namespace PollHttp;

/// <summary>
/// Downloads one address by polling, with the features of Godot's HTTPRequest node: redirects, decompression, limits, progress, a file. It
/// uses no threads, tasks or callbacks: call <see cref="Poll"/> once per frame until <see cref="IsOver"/>.
/// </summary>
/// <remarks>
/// <para>
/// Only <see cref="Poll"/> does work, within its budget. It never blocks for the network and never throws for a network error. Writing to
/// the file or stream happens inside it, in pieces of at most <see cref="PollDownloadOptions.ChunkSize"/>.
/// </para>
/// <para>
/// It is not in PollHttp.Core because decompressing and writing files need streams, which Core does not use. It can be started again once
/// it is over: a reusable connection is kept until Dispose, and serves the next download from the same origin. Thread safety: not safe for
/// use from two threads at once.
/// </para>
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class PollDownload : IDisposable
{
    private readonly INetwork _network;
    private readonly PollDownloadOptions _options;
    private readonly PollClient _client;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private DownloadTarget? _target;
    private Instant _deadline = Instant.Never;
    private bool _disposed;

    /// <summary>Initializes a download over a network: <c>SocketNetwork.Default</c>, or a simulated one.</summary>
    public PollDownload(INetwork network, PollDownloadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
        _options = options ?? new();
        _client = new(network, _options.Client);
    }

    /// <summary>Gets the result, or that the download is in progress.</summary>
    public PollDownloadResult Result { get; private set; }

    /// <summary>Gets a value indicating whether the download has ended, successfully or not.</summary>
    public bool IsOver => Result is not (PollDownloadResult.NotStarted or PollDownloadResult.InProgress);

    /// <summary>Gets one sentence on why the download failed; otherwise null.</summary>
    public string? Error { get; private set; }

    /// <summary>Gets the number of body bytes received so far, as they were on the wire.</summary>
    public long DownloadedBytes { get; private set; }

    /// <summary>Gets the number of bytes written so far, decoded.</summary>
    public long WrittenBytes { get; private set; }

    /// <summary>Gets the length of the body on the wire; −1 while unknown.</summary>
    public long TotalBytes { get; private set; } = -1;

    /// <summary>Gets the status code; 0 before a response.</summary>
    public int ResponseCode => HasResponse ? _client.ResponseCode : 0;

    /// <summary>Gets the fields of the response; empty before one.</summary>
    public IReadOnlyList<HeaderField> ResponseHeaders => HasResponse ? _client.ResponseHeaders : [];

    /// <summary>Gets the status of the client that does the download.</summary>
    public PollStatus Status => _client.Status;

    /// <summary>Gets the address of the last request, which differs from the first after redirects.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Gets the number of redirects followed so far.</summary>
    public int Redirects { get; private set; }

    /// <summary>Gets what an outer loop should wait for before the next <see cref="Poll"/>.</summary>
    public Wants Wants
    {
        get
        {
            if (Result != PollDownloadResult.InProgress)
            {
                return Wants.Nothing;
            }

            Wants wants = _client.Wants;
            Instant next = NeedsNoWaiting ? Now : wants.Deadline;
            return new(wants.Flags, next < _deadline ? next : _deadline);
        }
    }

    /// <summary>Gets the current transport, for a poller; null if there is none. Each <see cref="Poll"/> may replace it.</summary>
    public ITransport? Connection => _client.Connection;

    /// <summary>
    /// Gets the transports that are being opened in parallel with <see cref="Connection"/>: see <see cref="PollClient.Contenders"/>.
    /// </summary>
    public IReadOnlyList<ITransport> Contenders => _client.Contenders;

    /// <summary>
    /// Gets the interest to register <see cref="Connection"/> with in a poller: Immediate if <see cref="Poll"/> should be called again
    /// without waiting; None during a lookup, and if no download is in progress.
    /// </summary>
    public TransportInterest Interest => Result != PollDownloadResult.InProgress ? TransportInterest.None
        : NeedsNoWaiting ? TransportInterest.Immediate
        : _client.Interest;

    /// <summary>Begins a download into a stream, which is written on the polling thread and not disposed.</summary>
    /// <param name="address">An absolute http or https address; user and password in it are ignored.</param>
    /// <param name="destination">A writable stream.</param>
    /// <exception cref="InvalidOperationException">A download is in progress.</exception>
    /// <exception cref="ArgumentException">The address, the target or a setting is invalid; nothing has begun.</exception>
    public void Start(Uri address, Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Begin(address, new DownloadTarget(destination));
    }

    /// <summary>
    /// Begins a download to a file. It is written to the name plus <c>.part</c>, and replaces an existing file when it is complete;
    /// otherwise it is removed. Only one download at a time can write it: another one, of any kind, ends with
    /// <see cref="PollDownloadResult.FileCantOpen"/>.
    /// </summary>
    /// <param name="address">An absolute http or https address; user and password in it are ignored.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <inheritdoc cref="Start" path="/exception"/>
    public void StartToFile(Uri address, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Begin(address, new DownloadTarget(path));
    }

    /// <summary>
    /// Works until it would block, or the budget is spent: connects, sends, follows redirects, receives, decodes and writes.
    /// </summary>
    /// <param name="budget">How much work to do; by default until it would block.</param>
    /// <returns>The new <see cref="Result"/>; unchanged once the download is over.</returns>
    public PollDownloadResult Poll(PollBudget budget = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Instant until = budget.Time is { } time ? Now + time : Instant.Never;
        while (Result == PollDownloadResult.InProgress)
        {
            if (Now >= _deadline)
            {
                Fail(PollDownloadResult.Timeout, string.Create(CultureInfo.InvariantCulture,
                    $"{Origin}: the download was not complete within {_options.Timeout!.Value.TotalSeconds:0.###} s ({DownloadedBytes:N0} bytes received)."));
                break;
            }

            PollStatus status = _client.Poll(until == Instant.Never ? budget : budget with { Time = until - Now });
            if (!Advance(status, until) || budget.Bytes is not null || IsPast(until))
            {
                break;
            }
        }

        return Result;
    }

    /// <summary>Ends the download, unless it is already over: closes the connection and removes an incomplete file.</summary>
    public void Cancel()
    {
        if (Result == PollDownloadResult.InProgress)
        {
            Fail(PollDownloadResult.Canceled, $"{Origin}: the download was canceled.");
        }
    }

    /// <summary>Cancels the download, and closes the connection for good. May be called more than once.</summary>
    public void Dispose()
    {
        Cancel();
        _disposed = true;
        _client.Dispose();
    }

    private Instant Now => Instant.Now(_network.TimeProvider);

    private string Origin => Address!.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private void Begin(Uri address, DownloadTarget target)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(address);
        if (Result == PollDownloadResult.InProgress)
        {
            throw new InvalidOperationException("A download is in progress; cancel it first.");
        }

        if (!address.IsAbsoluteUri || RequestUri.FindProblem(address) is not null)
        {
            throw new ArgumentException(
                address.IsAbsoluteUri ? $"The address can't be used: {RequestUri.FindProblem(address)}." : "The address must be absolute.", nameof(address));
        }

        Prepare(address);
        _target = target;
        _deadline = _options.Timeout is { } time ? Now + time : Instant.Never;
        Redirects = 0;
        Error = null;
        Result = PollDownloadResult.InProgress;
    }

    private void Fail(PollDownloadResult result, string error)
    {
        Result = result;
        Error = error;
        _client.Close();
        Release();
    }

    private void Release()
    {
        _coded?.Dispose();
        _coded = null;
        _target?.Dispose();
        _target = null;
    }

    private bool IsPast(Instant until) => until != Instant.Never && Now >= until;

    private string DebuggerDisplay => $"{Result}, {DownloadedBytes} of {TotalBytes} bytes";
}
