using System.Diagnostics;
using System.Globalization;
using PollHttp.Addresses;
using PollHttp.Polled;

namespace PollHttp;

/// <summary>
/// Downloads one address by polling, with what Godot's HTTPRequest node has: redirects, decompression, limits, progress, a file.
/// No thread, no task, no callback: call <see cref="Poll"/> once a frame until <see cref="IsOver"/>.
/// </summary>
/// <remarks>
/// <para>
/// Only <see cref="Poll"/> does work, within its budget. It never blocks for the network and never throws for what the network
/// did; writing to the file or stream happens inside it, in pieces of at most <see cref="PollDownloadOptions.ChunkSize"/>.
/// </para>
/// <para>
/// It lives beside the asynchronous client, not in PollHttp.Core, because decompressing and writing files need streams, which
/// Core does without. Not safe for use from two threads at once. May be started again once it is over: a connection that can be
/// used again is kept for that, until Dispose, and serves the next download from the same origin.
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

    /// <summary>Makes a download over a network: <c>SocketNetwork.Default</c>, or a simulated one.</summary>
    public PollDownload(INetwork network, PollDownloadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
        _options = options ?? new();
        _client = new(network, _options.Client);
    }

    /// <summary>How it stands, or ended.</summary>
    public PollDownloadResult Result { get; private set; }

    /// <summary>Gets a value indicating whether it has ended, in whatever way.</summary>
    public bool IsOver => Result is not (PollDownloadResult.NotStarted or PollDownloadResult.InProgress);

    /// <summary>One sentence on why it failed; null while it has not.</summary>
    public string? Error { get; private set; }

    /// <summary>Bytes of the body received so far, as they were on the wire.</summary>
    public long DownloadedBytes { get; private set; }

    /// <summary>Bytes written so far, decoded.</summary>
    public long WrittenBytes { get; private set; }

    /// <summary>Bytes the body will have on the wire; −1 while unknown.</summary>
    public long TotalBytes { get; private set; } = -1;

    /// <summary>Gets the status code; 0 before a response.</summary>
    public int ResponseCode => HasResponse ? _client.ResponseCode : 0;

    /// <summary>Gets the fields of the response; empty before one.</summary>
    public IReadOnlyList<HeaderField> ResponseHeaders => HasResponse ? _client.ResponseHeaders : [];

    /// <summary>Gets the status of the client that does the download.</summary>
    public PollStatus Status => _client.Status;

    /// <summary>Where the last request went; after redirects not where the first did.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Redirects followed so far.</summary>
    public int Redirects { get; private set; }

    /// <summary>What an outer loop should wait for before the next <see cref="Poll"/>.</summary>
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

    /// <summary>Gets the transport under way, for a poller; null when there is none. It may be another one after any <see cref="Poll"/>.</summary>
    public ITransport? Connection => _client.Connection;

    /// <summary>Gets the transports that are being opened beside <see cref="Connection"/>: see <see cref="PollClient.Contenders"/>.</summary>
    public IReadOnlyList<ITransport> Contenders => _client.Contenders;

    /// <summary>
    /// What to register <see cref="Connection"/> with at a poller; Immediate when <see cref="Poll"/> should be called again without
    /// waiting; None while a name is looked up, and when no download is in progress.
    /// </summary>
    public TransportInterest Interest => Result != PollDownloadResult.InProgress ? TransportInterest.None
        : NeedsNoWaiting ? TransportInterest.Immediate
        : _client.Interest;

    /// <summary>Begins a download into a stream, which is written on the polling thread and not disposed.</summary>
    /// <param name="address">Absolute, http or https; user and password in it are ignored.</param>
    /// <param name="destination">A writable stream.</param>
    /// <exception cref="InvalidOperationException">A download is under way.</exception>
    /// <exception cref="ArgumentException">The address, the target, or one of the settings can't be used; nothing has begun.</exception>
    public void Start(Uri address, Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Begin(address, new DownloadTarget(destination));
    }

    /// <summary>
    /// Begins a download to a file. It is written under the name with <c>.part</c> behind, and takes the place of what bears the
    /// name when it is whole; otherwise it is removed. One download at a time writes it: another one, of whatever kind, ends with
    /// <see cref="PollDownloadResult.FileCantOpen"/>.
    /// </summary>
    /// <param name="address">Absolute, http or https; user and password in it are ignored.</param>
    /// <param name="path">The file; its folder must be there.</param>
    /// <inheritdoc cref="Start" path="/exception"/>
    public void StartToFile(Uri address, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Begin(address, new DownloadTarget(path));
    }

    /// <summary>
    /// Works until it would block, or the budget is spent: connects, asks, follows redirects, receives, decodes and writes.
    /// </summary>
    /// <param name="budget">How much to do; by default until it would block.</param>
    /// <returns>The new <see cref="Result"/>; the same again once it is over.</returns>
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

    /// <summary>Ends it, unless it is over already: the connection is closed, an unfinished file removed.</summary>
    public void Cancel()
    {
        if (Result == PollDownloadResult.InProgress)
        {
            Fail(PollDownloadResult.Canceled, $"{Origin}: the download was canceled.");
        }
    }

    /// <summary>Cancels, and closes for good. May be called twice.</summary>
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
            throw new InvalidOperationException("A download is under way; cancel it first.");
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
