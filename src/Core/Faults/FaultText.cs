using System.Globalization;

namespace PollHttp.Core;

/// <summary>Describes faults in words.</summary>
internal static class FaultText
{
    private const int MaxAttempts = 6;

    public static string Describe(in Fault fault)
    {
        string sentence = Sentence(fault);
        string text = fault.Target is not { } target || NamesTarget(fault)
            ? char.ToUpperInvariant(sentence[0]) + sentence[1..]
            : $"{target}: {char.ToLowerInvariant(sentence[0])}{sentence[1..]}";
        bool listsAttempts = fault.Attempts is { Count: var count } && count > (fault.Kind == FaultKind.TimedOut ? 0 : 1);
        string? detail = listsAttempts ? (fault.Detail is null ? "" : fault.Detail + "; ") + Attempts(fault.Attempts!) : fault.Detail;
        if (detail is not null)
        {
            text += $" ({detail})";
        }

        bool isSaid = listsAttempts || fault.Transport.Error == TransportError.None
            || (fault.Kind == FaultKind.TlsFailed && fault.Transport is { Error: TransportError.TlsHandshake, Cause: null });
        string cause = isSaid ? "" : $": {fault.Transport.Describe()}";
        return text + cause + ".";
    }

    private static string Attempts(IReadOnlyList<ConnectAttempt> attempts)
    {
        string text = string.Join("; ", attempts.Take(MaxAttempts).Select(attempt => attempt.Describe()));
        return attempts.Count > MaxAttempts ? $"{text}; and {attempts.Count - MaxAttempts} more" : text;
    }

    // While connecting, the host is the object of the sentence; afterwards the sentence begins with it.
    private static bool NamesTarget(in Fault fault) => fault.Kind is FaultKind.ResolveFailed or FaultKind.ConnectFailed
        or FaultKind.ProxyFailed or FaultKind.TlsFailed
        || (fault.Kind == FaultKind.TimedOut && fault.Timer is TimerKind.Resolve or TimerKind.Connect or TimerKind.TlsHandshake);

    private static string To(in Fault fault, string preposition) => fault.Target is null ? "" : $" {preposition} {fault.Target}";

    private static string Sentence(in Fault fault) => fault.Kind switch
    {
        FaultKind.None => "No fault",
        FaultKind.ResolveFailed => $"The name{To(fault, "of")} could not be resolved",
        FaultKind.ConnectFailed => $"Could not connect{To(fault, "to")}",
        FaultKind.ProxyFailed when fault.Phase == ConnectPhase.ProxyTls => $"The TLS handshake with the proxy{To(fault, "for")} failed",
        FaultKind.ProxyFailed => $"The proxy made no tunnel{To(fault, "to")}",
        FaultKind.TlsFailed => $"The TLS handshake{To(fault, "with")} failed",
        FaultKind.MalformedStatusLine => "The peer sent no HTTP/1 status line",
        FaultKind.UnsupportedVersion => "The peer speaks another version of HTTP",
        FaultKind.MalformedField => "A header line of the response is malformed",
        FaultKind.BareLineFeed => "A line of the response ends with a lone LF",
        FaultKind.HeadTooLarge => $"The response head is larger than the limit of {fault.BytesExpected} bytes",
        FaultKind.TooManyFields => $"The response has more than {Number(fault.BytesExpected)} header fields",
        FaultKind.TooManyInformational => $"More than {Number(fault.BytesExpected)} interim responses came",
        FaultKind.ConflictingLengths => "The response has several lengths that differ",
        FaultKind.MalformedLength => "The response's Content-Length is no valid number",
        FaultKind.UnsupportedTransferCoding => "The response has a transfer coding other than chunked",
        FaultKind.BodyTooLarge => $"The response body is larger than the limit of {Number(fault.BytesExpected)} bytes",
        FaultKind.MalformedChunkSize => $"A chunk's size line is malformed, {After(fault)} of the body",
        FaultKind.ChunkExtensionTooLarge => $"Chunk extensions pass the limit of {Number(fault.BytesExpected)} bytes, {After(fault)} of the body",
        FaultKind.MissingChunkEnd => $"A chunk does not end with CRLF, {After(fault)} of the body",
        FaultKind.TrailersTooLarge => $"The trailer section is larger than the limit of {fault.BytesExpected}",
        FaultKind.UnexpectedSwitch => "The peer switched protocols although that was not asked for",
        FaultKind.UnsolicitedBytes => "Bytes came before anything of the request was sent",
        FaultKind.ClosedBeforeResponse => "The peer closed the connection before sending a response" + Sending(fault),
        FaultKind.TruncatedHead => $"The connection was closed inside the response head, {After(fault)}" + Sending(fault),
        FaultKind.TruncatedBody => fault.BytesExpected >= 0
            ? $"The connection was closed after {Number(fault.BytesReceived)} of {Number(fault.BytesExpected)} body bytes"
            : $"The connection was closed inside the response body, {After(fault)}",
        FaultKind.ConnectionReset => $"The connection broke, {After(fault)} of the response" + Sending(fault),
        FaultKind.TimedOut => Timeout(fault),
        FaultKind.MalformedCoding => $"The coded content of the response is malformed, {After(fault)}",
        FaultKind.TruncatedCoding => $"The coded content of the response stops before its end, {After(fault)}",
        FaultKind.TooManyCodings => $"The response has more than {Number(fault.BytesExpected)} content codings",
        FaultKind.DecodedBodyTooLarge => $"The decoded response body is larger than the limit of {Number(fault.BytesExpected)} bytes",
        FaultKind.DecodingRatioTooHigh => $"The response body grows by more than {Number(fault.BytesExpected)} times in decoding",
        FaultKind.StreamReset => $"The server reset stream {fault.StreamId} with {ErrorCode(fault)}, {After(fault)} of the response",
        FaultKind.GoAway => fault.Unprocessed
            ? $"The server is closing the connection with {ErrorCode(fault)} and did not process stream {fault.StreamId}"
            : $"The server closed the connection with {ErrorCode(fault)}, {After(fault)} of the response",
        FaultKind.ProtocolViolation => $"The server broke the rules of HTTP/2, and was told {ErrorCode(fault)}{OnStream(fault)}",
        FaultKind.MalformedResponse => $"The response{OnStream(fault)} is malformed",
        _ => fault.Kind.ToString(),
    };

    private static string OnStream(in Fault fault) => fault.StreamId == 0 ? "" : $" on stream {fault.StreamId}";

    /// <summary>Returns the name and number of a code of RFC 9113
    /// §7; only the number if it has no name.</summary>
    private static string ErrorCode(in Fault fault)
    {
        string? name = fault.ErrorCode switch
        {
            0 => "NO_ERROR",
            1 => "PROTOCOL_ERROR",
            2 => "INTERNAL_ERROR",
            3 => "FLOW_CONTROL_ERROR",
            4 => "SETTINGS_TIMEOUT",
            5 => "STREAM_CLOSED",
            6 => "FRAME_SIZE_ERROR",
            7 => "REFUSED_STREAM",
            8 => "CANCEL",
            9 => "COMPRESSION_ERROR",
            10 => "CONNECT_ERROR",
            11 => "ENHANCE_YOUR_CALM",
            12 => "INADEQUATE_SECURITY",
            13 => "HTTP_1_1_REQUIRED",
            _ => null,
        };
        string number = $"0x{fault.ErrorCode:x}";
        return name is null ? $"error code {number}" : $"{name} ({number})";
    }

    private static string Timeout(in Fault fault)
    {
        string limit = fault.TimeLimit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";
        return fault.Timer switch
        {
            TimerKind.Resolve => $"The name{To(fault, "of")} was not resolved within the ConnectTimeout of {limit}",
            TimerKind.Connect when fault.Phase == ConnectPhase.Resolve => $"The name{To(fault, "of")} was not resolved within the ConnectTimeout of {limit}",
            TimerKind.Connect when fault.Phase is ConnectPhase.ProxyTls or ConnectPhase.ProxyTunnel => $"The proxy opened no tunnel{To(fault, "to")} within the ConnectTimeout of {limit}",
            TimerKind.Connect => $"Could not connect{To(fault, "to")} within the ConnectTimeout of {limit}",
            TimerKind.TlsHandshake => $"The TLS handshake{To(fault, "with")} did not end within the TlsHandshakeTimeout of {limit}",
            TimerKind.SendStall => $"The peer took no more of the request for the Timeouts.SendStall of {limit}, after {Number(fault.RequestBytesSent)} bytes",
            TimerKind.ResponseHead => $"No complete response head came within the Timeouts.ResponseHead of {limit} ({Number(fault.BytesReceived)} bytes received)",
            TimerKind.BodyIdle => $"The peer was silent for the Timeouts.BodyIdle of {limit} inside the response body, {After(fault)}",
            TimerKind.LowSpeed => $"The response body came too slowly for {limit} (Limits.MinimumBytesPerSecond), {After(fault)}",
            TimerKind.KeepAlivePing => $"The peer did not answer a ping within the KeepAlivePingTimeout of {limit}",
            TimerKind.Settings => $"The peer did not acknowledge our settings within {limit}",
            TimerKind.KeepAliveIdle => $"The connection was idle for {limit}",
            _ => $"The exchange took longer than {limit} (Timeout; {Number(fault.BytesReceived)} bytes received)",
        };
    }

    /// <summary>Describes how far an incomplete content got.</summary>
    private static string Sending(in Fault fault) => fault.RequestContentLength switch
    {
        < 0 => $", with {Number(fault.RequestContentSent)} bytes of the request's content sent and not the last",
        var length when length > fault.RequestContentSent =>
            $", with {Number(fault.RequestContentSent)} of {Number(length)} bytes of the request's content sent",
        _ => "",
    };

    private static string After(in Fault fault) => $"after {Number(fault.BytesReceived)} bytes";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
