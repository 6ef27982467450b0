using System.Globalization;

namespace PollHttp;

// One hop after the other: request, head, redirect or body, end.
public sealed partial class PollDownload
{
    private static readonly string[] s_secrets = ["Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key", "Host"];

    private readonly List<HeaderField> _fields = [];
    private PolledDecoder? _decoder;
    private bool _decodes;
    private bool _requested;
    private bool _headSeen;
    private int _given;

    private void PrepareFields()
    {
        _fields.Clear();
        _fields.AddRange(_options.Headers);
        _decodes = !_fields.Exists(static f => f.Name.Equals("Accept-Encoding", StringComparison.OrdinalIgnoreCase)
            || f.Name.Equals("Range", StringComparison.OrdinalIgnoreCase)); // R-214
        if (_decodes)
        {
            _fields.Add(new("Accept-Encoding", CodingPlan.AcceptEncodingOf(_options.Codings) ?? "identity"));
        }
    }

    private void Connect(Uri address)
    {
        Address = address;
        _requested = false;
        _headSeen = false;
        _given = 0;
        DownloadedBytes = 0;
        WrittenBytes = 0;
        TotalBytes = -1;
        bool isHttps = address.Scheme == Uri.UriSchemeHttps;
        string host = address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost;
        _client.ConnectToHost($"{address.Scheme}://{host}", address.Port, isHttps ? _options.Tls : null);
    }

    /// <summary>Follows the client's status; true when there may be more to do at once.</summary>
    private bool Advance(PollStatus status, Instant until)
    {
        switch (status)
        {
            case PollStatus.Resolving or PollStatus.Connecting or PollStatus.Requesting:
                return false;
            case PollStatus.Connected when !_requested:
                _requested = true;
                _client.Request("GET", Address!.PathAndQuery, _fields);
                return true;
            case PollStatus.Body or PollStatus.Connected or PollStatus.Disconnected when _client.HasResponse && _requested:
                return OnResponse(until);
            default:
                FailByFault(status);
                return false;
        }
    }

    private bool OnResponse(Instant until)
    {
        if (!_headSeen && !OnHead())
        {
            return true; // on the way to somewhere else, or over
        }

        bool moved = TakeBody(until);
        if (Result == PollDownloadResult.InProgress && _client.Status is PollStatus.Connected or PollStatus.Disconnected && _given == 0)
        {
            Complete();
        }

        return moved;
    }

    /// <summary>False when this response's body is not what is wanted.</summary>
    private bool OnHead()
    {
        if (_client.ResponseCode is 301 or 302 or 303 or 307 or 308 && Find("Location") is { } location)
        {
            Redirect(location);
            return false;
        }

        _headSeen = true;
        TotalBytes = _client.ResponseBodyLength;
        if (_options.BodySizeLimit is { } limit && TotalBytes > limit)
        {
            FailBySize(limit);
            return false;
        }

        if (_decodes && !PlanDecoding())
        {
            return false;
        }

        try
        {
            _target!.Open();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fail(PollDownloadResult.FileCantOpen, $"The file could not be opened: {error.Message}");
            return false;
        }
    }

    private bool PlanDecoding()
    {
        IEnumerable<string> lines = _client.ResponseHeaders.Where(static f => f.Name.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase)).Select(static f => f.Value);
        bool fits = CodingPlan.TryParse(string.Join(',', lines), _options.Codings, out ContentCodings[] codings, out bool isKnown);
        if (!fits || !isKnown)
        {
            Fail(PollDownloadResult.BodyDecompressionFailed, fits
                ? $"{Origin}: the content coding of the response was not asked for."
                : $"{Origin}: the response has more than {CodingPlan.MaxLinks} content codings.");
            return false;
        }

        _decoder = codings.Length == 0 ? null : new(CodingPlan.NewChain(codings, allowTrailingData: false));
        return true;
    }

    private void Redirect(string location)
    {
        if (Redirects == _options.MaxRedirects)
        {
            Fail(PollDownloadResult.RedirectLimitReached, string.Create(CultureInfo.InvariantCulture,
                $"{Origin}: more than {_options.MaxRedirects} redirects."));
            return;
        }

        Uri from = Address!;
        if (RedirectTarget.Resolve(from, location) is not { } to || !IsUsable(to) || (from.Scheme == Uri.UriSchemeHttps && to.Scheme != from.Scheme))
        {
            Fail(PollDownloadResult.RedirectRefused, $"{Origin}: the redirect leads to no address that may be followed from there.");
            return;
        }

        if (!RedirectTarget.IsSameOrigin(from, to))
        {
            // For good: they do not come back when a later redirect leads home (R-166).
            _fields.RemoveAll(static f => s_secrets.Contains(f.Name, StringComparer.OrdinalIgnoreCase));
        }

        Redirects++;
        Connect(to);
    }

    private bool TakeBody(Instant until)
    {
        bool moved = false;
        while (Result == PollDownloadResult.InProgress && _client.TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
        {
            if (_given == 0)
            {
                _given = Math.Min(slice.Length, _options.ChunkSize);
                DownloadedBytes += _given;
                _decoder?.Give(slice[.._given]);
            }

            if (!Deliver(slice.Span[.._given], until))
            {
                break; // over, or the rest of this piece comes the next time
            }

            _client.AdvanceBody(_given);
            _given = 0;
            moved = true;
            if (IsPast(until))
            {
                break;
            }
        }

        return moved;
    }

    /// <summary>Writes what a piece of the body gives; false when it is not done with it.</summary>
    private bool Deliver(ReadOnlySpan<byte> piece, Instant until)
    {
        try
        {
            if (_decoder is null)
            {
                return Write(piece);
            }

            for (int count; (count = _decoder.Read(_buffer)) > 0;)
            {
                if (!Write(_buffer.AsSpan(0, count)) || IsPast(until))
                {
                    return false;
                }
            }

            return true;
        }
        catch (InvalidDataException error)
        {
            FailDecoding(error);
            return false;
        }
    }

    private bool Write(ReadOnlySpan<byte> bytes)
    {
        WrittenBytes += bytes.Length;
        if (_options.BodySizeLimit is { } limit && (WrittenBytes > limit || DownloadedBytes > limit))
        {
            FailBySize(limit);
            return false;
        }

        try
        {
            _target!.Write(bytes);
            return true;
        }
        catch (IOException error)
        {
            Fail(PollDownloadResult.FileWriteError, $"The download could not be written: {error.Message}");
            return false;
        }
    }

    private void Complete()
    {
        try
        {
            _decoder?.CheckEnd();
            _target!.Commit();
        }
        catch (InvalidDataException error)
        {
            FailDecoding(error);
            return;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fail(PollDownloadResult.FileWriteError, $"The download could not be written: {error.Message}");
            return;
        }

        Result = PollDownloadResult.Success;
        Release();
        _client.Close();
    }

    private void FailByFault(PollStatus status)
    {
        Fault fault = _client.Fault;
        bool isChunked = _client.IsResponseChunked;
        PollDownloadResult result = status switch
        {
            PollStatus.CantResolve => PollDownloadResult.CantResolve,
            PollStatus.CantConnect => PollDownloadResult.CantConnect,
            PollStatus.TlsHandshakeError => PollDownloadResult.TlsHandshakeError,
            _ when fault.Kind == FaultKind.TimedOut => PollDownloadResult.Timeout,
            _ when isChunked && fault.Kind is FaultKind.TruncatedBody or FaultKind.MalformedChunkSize or FaultKind.MissingChunkEnd =>
                PollDownloadResult.ChunkedBodySizeMismatch,
            PollStatus.Disconnected => PollDownloadResult.NoResponse,
            _ when fault.Kind is FaultKind.ClosedBeforeResponse or FaultKind.TruncatedHead => PollDownloadResult.NoResponse,
            _ when fault.Kind == FaultKind.ConnectionReset && !_client.HasResponse => PollDownloadResult.NoResponse,
            _ => PollDownloadResult.ConnectionError,
        };
        Fail(result, fault.Exists ? fault.Describe() : $"{Origin}: the connection ended before a response.");
    }

    private void FailBySize(long limit) => Fail(PollDownloadResult.BodySizeLimitExceeded, string.Create(CultureInfo.InvariantCulture,
        $"{Origin}: the body is larger than the limit of {limit:N0} bytes."));

    private void FailDecoding(InvalidDataException error) => Fail(PollDownloadResult.BodyDecompressionFailed,
        $"{Origin}: the body could not be decompressed after {DownloadedBytes.ToString("N0", CultureInfo.InvariantCulture)} bytes: {error.Message}");

    private string? Find(string name)
    {
        foreach (HeaderField field in _client.ResponseHeaders)
        {
            if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return field.Value;
            }
        }

        return null;
    }
}
