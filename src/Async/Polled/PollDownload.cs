using System.Globalization;

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
/// Core does without. Not safe for use from two threads at once. May be started again once it is over.
/// </para>
/// </remarks>
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

    /// <summary>Whether it has ended, in whatever way.</summary>
    public bool IsOver => Result is not (PollDownloadResult.NotStarted or PollDownloadResult.InProgress);

    /// <summary>One sentence on why it failed; null while it has not.</summary>
    public string? Error { get; private set; }

    /// <summary>Bytes of the body received so far, as they were on the wire.</summary>
    public long DownloadedBytes { get; private set; }

    /// <summary>Bytes written so far, decoded.</summary>
    public long WrittenBytes { get; private set; }

    /// <summary>Bytes the body will have on the wire; −1 while unknown.</summary>
    public long TotalBytes { get; private set; } = -1;

    /// <summary>The status code; 0 before a response.</summary>
    public int ResponseCode => _client.ResponseCode;

    /// <summary>The fields of the last response.</summary>
    public IReadOnlyList<HeaderField> ResponseHeaders => _client.ResponseHeaders;

    /// <summary>Where the last request went; after redirects not where the first did.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Redirects followed so far.</summary>
    public int Redirects { get; private set; }

    /// <summary>What an outer loop should wait for before the next <see cref="Poll"/>.</summary>
    public Wants Wants => IsOver || Result == PollDownloadResult.NotStarted
        ? Wants.Nothing
        : new(_client.Wants.Flags, _client.Wants.Deadline < _deadline ? _client.Wants.Deadline : _deadline);

    /// <summary>Begins a download into a stream, which is written on the polling thread and not disposed.</summary>
    /// <param name="address">Absolute, http or https; user and password in it are ignored.</param>
    /// <param name="destination">A writable stream.</param>
    /// <exception cref="InvalidOperationException">A download is under way.</exception>
    /// <exception cref="ArgumentException">The address can't be used.</exception>
    public void Start(Uri address, Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Begin(address, new DownloadTarget(destination));
    }

    /// <summary>
    /// Begins a download to a file. It is written under the name with <c>.part</c> behind, and takes the place of what bears the
    /// name when it is whole; otherwise it is removed.
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
        Instant until = budget.Time > TimeSpan.Zero ? Now + budget.Time : Instant.Never;
        while (Result == PollDownloadResult.InProgress)
        {
            if (Now >= _deadline)
            {
                Fail(PollDownloadResult.Timeout, string.Create(CultureInfo.InvariantCulture,
                    $"{Origin}: the download was not complete within {_options.Timeout!.Value.TotalSeconds:0.###} s ({DownloadedBytes:N0} bytes received)."));
                break;
            }

            PollStatus status = _client.Poll(budget with { Time = Left(until) });
            if (!Advance(status, until) || budget.Bytes > 0 || IsPast(until))
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

        if (!IsUsable(address))
        {
            throw new ArgumentException("The address must be absolute, with http or https.", nameof(address));
        }

        _client.SetHttpProxy(_options.HttpProxy?.IdnHost, _options.HttpProxy?.Port ?? -1);
        _client.SetHttpsProxy(_options.HttpsProxy?.IdnHost, _options.HttpsProxy?.Port ?? -1);
        PrepareFields();
        _target = target;
        _deadline = _options.Timeout is { } time ? Now + time : Instant.Never;
        Redirects = 0;
        Error = null;
        Result = PollDownloadResult.InProgress;
        Connect(address);
    }

    private void Fail(PollDownloadResult result, string error)
    {
        Result = result;
        Error = error;
        Release();
        _client.Close();
    }

    private void Release()
    {
        _decoder?.Dispose();
        _decoder = null;
        _target?.Dispose();
        _target = null;
    }

    private bool IsPast(Instant until) => until != Instant.Never && Now >= until;

    // A budget of no time means one without limit: a budget that is spent has the shortest there is.
    private TimeSpan Left(Instant until) => until == Instant.Never ? TimeSpan.Zero
        : until - Now is var left && left > TimeSpan.Zero ? left : new TimeSpan(1);

    private static bool IsUsable(Uri address) => address.IsAbsoluteUri && address is { Scheme: "http" or "https" } && address.Host.Length > 0;
}
