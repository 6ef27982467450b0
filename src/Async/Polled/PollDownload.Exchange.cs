using System.Globalization;
using PollHttp.Decoding;
using PollHttp.Downloads;
using PollHttp.Policies;

namespace PollHttp;

// The attempts of a download: request, head, redirect or body, end.
public sealed partial class PollDownload
{
    private CodedReader? _coded;

    /// <summary>Why the body can't be decoded, if there is one.</summary>
    private string? _codingProblem;

    /// <summary>The number of body bytes that are being delivered to the target, from the first unconsumed byte.</summary>
    private int _given;

    /// <summary>The number of these bytes that are decoded.</summary>
    private int _decoded;

    /// <summary>Follows the client's status; returns true if there may be more to do at once.</summary>
    private bool Advance(PollStatus status, Instant until)
    {
        switch (status)
        {
            case PollStatus.Resolving or PollStatus.Connecting or PollStatus.Requesting:
                return false;
            case PollStatus.Connected when _stage == Stage.Unsent:
                _stage = Stage.Requested;
                _client.Request(_head, _content);
                return true;
            case PollStatus.Body or PollStatus.Connected or PollStatus.Disconnected when HasResponse:
                return OnResponse(until);
            case PollStatus.Disconnected or PollStatus.ConnectionError when _isReused && !HasResponse && (_stage == Stage.Unsent || _client.Fault.Retryable):
                Reconnect();
                return true;
            default:
                FailByFault(status);
                return false;
        }
    }

    private bool OnResponse(Instant until)
    {
        if (_stage == Stage.Requested && !OnHead())
        {
            return true; // on the way to another address, or over
        }

        bool moved = TakeBody(until);
        if (Result == PollDownloadResult.InProgress && _client.Status is PollStatus.Connected or PollStatus.Disconnected && _given == 0)
        {
            Complete();
        }

        return moved;
    }

    /// <summary>Handles the head; returns false if this response's body is not needed.</summary>
    private bool OnHead()
    {
        if (_client.ResponseCode is 301 or 302 or 303 or 307 or 308
            && RedirectLocation.Read(Address!, _client.ResponseHeaders) is { IsGiven: true } location)
        {
            Redirect(location);
            return false;
        }

        if (!_options.AcceptAnyStatus && !IsExpected(_client.ResponseCode))
        {
            Fail(PollDownloadResult.UnexpectedStatus, string.Create(CultureInfo.InvariantCulture,
                $"{Origin}: the server answered with status {_client.ResponseCode}."));
            return false;
        }

        _stage = Stage.Body;
        TotalBytes = _client.ResponseBodyLength;
        if (_options.BodySizeLimit is { } limit && TotalBytes > limit)
        {
            FailBySize(limit);
            return false;
        }

        if (_decodes)
        {
            PlanDecoding();
        }

        try
        {
            _target!.Open(Address!);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fail(PollDownloadResult.FileCantOpen, $"The file could not be opened: {error.Message}");
            return false;
        }
    }

    /// <summary>Determines whether a status is expected: an accepted task, no content, or a part must not replace a file.</summary>
    private bool IsExpected(int status) => status is >= 200 and < 300 && (!_target!.IsFile || status switch
    {
        202 or 204 or 205 => false,
        206 => _head.Headers.Contains("Range") || (ContentRange.TryParse(Find("Content-Range"), out ContentRange range) && range.IsWhole),
        _ => true,
    });

    private void PlanDecoding()
    {
        _codingProblem = CodingPlan.PlanDownload(_client.ResponseHeaders, _options.Codings, out ContentCodings[] codings);
        _coded = codings.Length == 0 ? null : new(codings, DecompressionOptions.Default);
        _decoded = 0;
    }

    private bool TakeBody(Instant until)
    {
        bool moved = false;
        while (Result == PollDownloadResult.InProgress && _client.TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
        {
            if (_codingProblem is not null)
            {
                Fail(PollDownloadResult.BodyDecompressionFailed, $"{Origin}: {_codingProblem}");
                return true;
            }

            if (_given == 0)
            {
                _given = Math.Min(slice.Length, _options.ChunkSize);
                DownloadedBytes += _given;
                _decoded = 0;
            }

            if (!Deliver(slice.Span[.._given], until))
            {
                break; // over, or the rest of this piece follows next time
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

    /// <summary>Writes the data of a piece of the body; returns false if the piece is not finished.</summary>
    private bool Deliver(ReadOnlySpan<byte> piece, Instant until)
    {
        if (_coded is null)
        {
            return Write(piece);
        }

        while (true)
        {
            int count = _coded.Decode(piece[_decoded..], _buffer, out int consumed);
            _decoded += consumed;
            if (count > 0 && (!Write(_buffer.AsSpan(0, count)) || IsPast(until)))
            {
                return false;
            }

            if (_coded.HasFailed)
            {
                FailDecoding();
                return false;
            }

            if (count == 0)
            {
                return true;
            }
        }
    }

    private bool Write(ReadOnlySpan<byte> bytes)
    {
        if (_options.BodySizeLimit is { } limit && (bytes.Length > limit - WrittenBytes || DownloadedBytes > limit))
        {
            FailBySize(limit);
            return false;
        }

        try
        {
            _target!.Write(bytes);
            WrittenBytes += bytes.Length;
            return true;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The stream belongs to the caller: whatever it throws is a failure to write.
            Fail(PollDownloadResult.FileWriteError, $"The download could not be written: {error.Message}");
            return false;
        }
    }

    private void Complete()
    {
        _coded?.EndInput();
        if (_coded is { HasFailed: true })
        {
            FailDecoding();
            return;
        }

        try
        {
            _target!.Commit();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Fail(PollDownloadResult.FileWriteError, $"The download could not be written: {error.Message}");
            return;
        }

        Result = PollDownloadResult.Success;
        Release();
        bool isSwitched = _client.ResponseCode == 101 || _head.Method == "CONNECT";
        if (isSwitched || (_client.Interest & TransportInterest.Immediate) != 0)
        {
            _client.Close(); // it has ended, or no longer uses HTTP
        }
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

    private void FailDecoding() => Fail(PollDownloadResult.BodyDecompressionFailed,
        $"{Origin}: the body could not be decompressed: {_coded!.Fault.Describe()}");

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

    /// <summary>Specifies how far one attempt is.</summary>
    private enum Stage
    {
        /// <summary>The request waits for the connection.</summary>
        Unsent,

        /// <summary>The head of the response is awaited.</summary>
        Requested,

        /// <summary>The head was read, and its body is being received.</summary>
        Body,
    }
}
