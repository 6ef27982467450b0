using System.Globalization;
using PollHttp.Addresses;
using PollHttp.Loop;

namespace PollHttp.Downloads;

/// <summary>One download: requests until the file is whole, each beginning where the one before broke off.</summary>
internal sealed class Download : IDisposable
{
    private readonly PollHttpClient _client;
    private readonly Uri _uri;
    private readonly string? _target;
    private readonly string? _folder;
    private readonly DownloadOptions _options;
    private readonly ProgressMeter _meter;
    private DownloadContent? _content;
    private long? _total;
    private long _resumedFrom;
    private long _received;
    private int _requests;
    private long _overlap;
    private bool _hasStartedOver;
    private bool _hasDestinationFailed;

    public Download(PollHttpClient client, Uri uri, string path, DownloadOptions options, IProgress<DownloadProgress>? progress)
        : this(client, uri, options, progress)
    {
        _target = PartialFile.CheckTarget(path);
        _folder = Path.GetDirectoryName(_target)!;
    }

    public Download(PollHttpClient client, Uri uri, Stream destination, DownloadOptions options, IProgress<DownloadProgress>? progress)
        : this(client, uri, options, progress) => _content = new StreamedDownload(destination, options.Digest, Loop);

    private Download(PollHttpClient client, Uri uri, DownloadOptions options, IProgress<DownloadProgress>? progress)
    {
        _client = client;
        _uri = uri;
        _options = options;
        _meter = new(Loop.TimeProvider, options.ProgressInterval, progress);
    }

    private PollLoop Loop => _client.Pool.Loop;

    private DownloadContent Content => _content!;

    private DownloadFaults Faults => new(_uri, _target);

    public async Task<DownloadResult> RunAsync(CancellationToken cancellationToken)
    {
        await FileWorkAsync(Open).ConfigureAwait(Loop.KeepsContext);
        _resumedFrom = Content.Length;
        _total = Content.Info?.Total;
        Uri source = _uri;
        int resumes = 0;
        if (Content.IsComplete)
        {
            // Only its name is missing: the server has nothing to add.
            await FileWorkAsync(Finish).ConfigureAwait(Loop.KeepsContext);
            _meter.Update(Content.Length, _total, isLast: true);
            return new(_target, Content.Length, _resumedFrom, _requests, source);
        }

        while (true)
        {
            _received = 0;
            try
            {
                using Response response = await SendAsync(cancellationToken).ConfigureAwait(Loop.KeepsContext);
                source = response.RequestUri;
                if (await ReceiveAsync(response, cancellationToken).ConfigureAwait(Loop.KeepsContext))
                {
                    await FileWorkAsync(Finish).ConfigureAwait(Loop.KeepsContext);
                    _meter.Update(Content.Length, _total, isLast: true);
                    return new(_target, Content.Length, _resumedFrom, _requests, source);
                }

                // Starting over once is no resuming, and brings what the part did not.
                bool startsOver = Content.Length == 0 && !_hasStartedOver;
                _hasStartedOver |= startsOver;
                if (!startsOver && _received == 0 && ++resumes > _options.MaxResumes)
                {
                    throw Faults.Interrupted(Content, _total, _requests, "the server sends no more of it.", null);
                }
            }
            catch (Exception error) when (IsInterruption(error, cancellationToken))
            {
                // Nothing new, or nothing to go on from, means that trying again won't help.
                if (_received == 0 || Content.Kept == 0 || ++resumes > _options.MaxResumes)
                {
                    throw Faults.Interrupted(Content, _total, _requests, error.Message, error);
                }
            }
        }
    }

    public void Dispose() => _content?.Dispose();

    /// <summary>In the content; or at the head, once content has come. What the destination throws is none, whatever it is.</summary>
    private bool IsInterruption(Exception error, CancellationToken token) => !token.IsCancellationRequested && !_hasDestinationFailed && error switch
    {
        PollHttpIOException => true,
        RequestTimeoutException { Timer: TimerKind.BodyIdle or TimerKind.LowSpeed } => true,
        PollHttpException or RequestTimeoutException => _requests > 1 && Content.Kept > 0,
        _ => false,
    };

    private async Task<Response> SendAsync(CancellationToken cancellationToken)
    {
        Request request = new("GET", _uri);
        foreach (HeaderField field in _options.Headers)
        {
            request.Headers.Add(field);
        }

        // Ranges count the bytes of one encoding: the plain one.
        request.Headers.Add("Accept-Encoding", "identity");
        request.Options = new() { AutomaticDecompression = DecompressionOptions.Off };
        if (Content.Info is { } info && Content.Length > 0)
        {
            request.Headers.Add("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={Content.Length}-"));
            request.Headers.Add("If-Range", info.Validator);
        }

        _requests++;
        return await _client.SendAsync(request, cancellationToken).ConfigureAwait(Loop.KeepsContext);
    }

    /// <summary>Takes what one response has. False: it was in order, but more has to be asked for.</summary>
    private async Task<bool> ReceiveAsync(Response response, CancellationToken cancellationToken)
    {
        bool asked = Content.Info is not null && Content.Length > 0;
        _overlap = 0;
        switch ((int)response.StatusCode)
        {
            case 206 when asked:
                if (IsWholeAlready(response))
                {
                    return true;
                }

                if (!AcceptsPart(response))
                {
                    await RestartAsync(null).ConfigureAwait(Loop.KeepsContext);
                    return false;
                }

                break;
            case 206 when !PartOfContent.IsWhole(response):
                throw Faults.UnexpectedRange();
            case 202 or 204 or 205:
                throw Faults.NoContent(Content, (int)response.StatusCode);
            case 416 when asked:
                if (IsWholeAlready(response))
                {
                    return true;
                }

                await RestartAsync(null).ConfigureAwait(Loop.KeepsContext);
                return false;
            default:
                response.EnsureSuccessStatusCode();
                await RestartAsync(response).ConfigureAwait(Loop.KeepsContext);
                break;
        }

        await FileWorkAsync(CheckSpace).ConfigureAwait(Loop.KeepsContext);
        await ReceiveContentAsync(response, cancellationToken).ConfigureAwait(Loop.KeepsContext);
        if (_total is { } total && Content.Length != total)
        {
            return Content.Length < total && Content.Info is not null ? false : throw Faults.WrongLength(Content, total);
        }

        return true;
    }

    private async Task ReceiveContentAsync(Response response, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> slice = default;
        Action write = () => ((PartialFile)Content).Write(slice.Span);
        await foreach (ReadOnlyMemory<byte> next in response.Body.WithCancellation(cancellationToken).ConfigureAwait(Loop.KeepsContext))
        {
            int skipped = (int)Math.Min(_overlap, next.Length);
            _overlap -= skipped;
            slice = next[skipped..];
            if (slice.IsEmpty)
            {
                continue;
            }

            CheckLimit(Content.Length + slice.Length);
            if (Content is StreamedDownload stream)
            {
                await WriteAsync(stream, slice, cancellationToken).ConfigureAwait(Loop.KeepsContext);
            }
            else
            {
                await FileWorkAsync(write).ConfigureAwait(Loop.KeepsContext);
            }

            _received += slice.Length;
            _meter.Update(Content.Length, _total);
        }
    }

    private async ValueTask WriteAsync(StreamedDownload stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(Loop.KeepsContext);
        }
        catch
        {
            _hasDestinationFailed = true;
            throw;
        }
    }

    private bool AcceptsPart(Response response)
    {
        if (PartOfContent.Read(response, Content.Info!.Validator) is not { } part || !part.Continues(Content.Length, _total))
        {
            return false;
        }

        _overlap = Content.Length - part.Range.First;
        _total ??= part.Range.Total;
        return true;
    }

    private bool IsWholeAlready(Response response) => PartOfContent.IsEndOf(response, Content.Length, Content.Info!.Validator);

    /// <summary>Throws away what is there; with a response, for its content.</summary>
    private async ValueTask RestartAsync(Response? response)
    {
        _total = response?.ContentLength;
        _resumedFrom = 0;
        if (_total is { } total)
        {
            CheckLimit(total);
        }

        string? validator = response is null ? null : StrongValidator.Of(response.Headers);
        await FileWorkAsync(() => Content.Restart(_uri.AbsoluteUri, validator, _total)).ConfigureAwait(Loop.KeepsContext);
        _meter.Update(0, _total);
    }

    private void Open()
    {
        if (_target is null)
        {
            return; // a stream is open
        }

        if (!_options.Overwrite && File.Exists(_target))
        {
            throw Faults.Exists();
        }

        _content = PartialFile.Open(_target, _uri.AbsoluteUri, _options.Resume, _options.Digest);
    }

    private void Finish()
    {
        if (_options.Digest is { } digest && !Content.HasDigest(digest))
        {
            throw Faults.WrongDigest(Content, digest);
        }

        Content.Finish(_options.Overwrite, _options.FlushToDisk);
    }

    private void CheckLimit(long length)
    {
        if (length > _options.MaxBytes)
        {
            throw Faults.OverLimit(Content, length, _options.MaxBytes);
        }
    }

    private void CheckSpace()
    {
        if (_total is not { } total || _folder is null)
        {
            return;
        }

        long needed = total - Content.Length;
        long free = _options.FreeSpace(_folder);
        if (free < needed)
        {
            throw Faults.NoSpace(Content, needed, free);
        }
    }

    /// <summary>
    /// Work on the file: off the loop's thread and back to it, where a loop is driven by hand or runs a program. On virtual
    /// time it happens in place, since nothing may go on outside of a simulation.
    /// </summary>
    private async ValueTask FileWorkAsync(Action work)
    {
        try
        {
            if (Loop.IsBackground || Loop.IsVirtual || _target is null)
            {
                work();
                return;
            }

            try
            {
                await Task.Run(work).ConfigureAwait(false);
            }
            finally
            {
                await new LoopSwitch(Loop);
            }
        }
        catch (Exception error) when (_target is not null && error is (IOException and not DownloadException) or UnauthorizedAccessException)
        {
            throw Faults.OfFile(_content, error);
        }
    }
}
