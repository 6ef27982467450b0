using PollHttp.Testing;

namespace PollHttp.Parity.Differential;

/// <summary>A difference between the two handlers in HTTP/2 that is meant.</summary>
/// <param name="Row">The row of docs/swap-in.md that says so.</param>
/// <param name="Applies">Whether it explains that a script has the platform's outcome there, and ours here.</param>
internal sealed record Http2Accepted(string Row, Func<Http2Script, Http2Outcome, Http2Outcome, bool> Applies)
{
    private const long ProtocolError = 1;
    private const long Http11Required = 13;
    private const int PrioritySize = 5;

    /// <summary>Gets all of them. <see cref="Http2DifferenceTests"/> has an example of each.</summary>
    public static IReadOnlyList<Http2Accepted> All { get; } =
    [
        new("malformed responses in HTTP/2", static (_, theirs, ours) => AreErrors(theirs, ours) && (theirs.Kind == HttpRequestError.Unknown || IsMalformed(ours))),
        new("codes of HTTP/2 errors", static (_, theirs, ours) => AreErrors(theirs, ours) && ours.HasBrokenRule),
        new("unknown frames of HTTP/2", static (script, theirs, _) => theirs.Code == ProtocolError && script.Frames.Any(static f => IsIgnored(f.Frame))),
        new("responses that HTTP/2 contradicts", static (_, theirs, ours) => theirs.IsResponse && !ours.IsResponse && IsMalformed(ours) && !IsAboutFields(ours)),
        new("status under 100", static (script, theirs, ours) => theirs.IsResponse && IsAboutFields(ours) && script.Octets.AsSpan().IndexOf(":status\u00030"u8) >= 0),
        new(
            "what no HTTP/2 server may send",
            static (script, theirs, ours) => theirs.IsResponse && ours is { HasBrokenRule: true, Code: ProtocolError } && script.Frames.Any(static f => IsForbidden(f.Frame))),
        new("HTTP_1_1_REQUIRED", static (_, theirs, ours) => theirs.Code == Http11Required && ours is { Code: Http11Required, Kind: HttpRequestError.VersionNegotiationError }),
        new("connections that end after GOAWAY", static (_, theirs, ours) => theirs.Kind == HttpRequestError.ResponseEnded && ours.HasGoneAway),
        new(
            "what an HTTP/2 server did not process",
            static (script, theirs, ours) => script.Frames.Any(static f => f.Frame.Type == Http2FrameType.GoAway) && (theirs.IsAgain || ours.IsAgain)),
        new(
            "connections that end before SETTINGS",
            static (_, theirs, ours) => theirs.Kind == HttpRequestError.InvalidResponse && ours.Fault.Kind == Core.FaultKind.ClosedBeforeResponse),
        new("white space around values in HTTP/2", static (script, theirs, ours) => theirs.IsResponse && ours.IsResponse && script.Octets.AsSpan().IndexOf(" padded\t"u8) >= 0),
    ];

    private static bool AreErrors(Http2Outcome theirs, Http2Outcome ours) => !theirs.IsResponse && !ours.IsResponse;

    /// <summary>Whether the response itself breaks a rule, and not the connection.</summary>
    private static bool IsMalformed(Http2Outcome ours) => ours.Kind == HttpRequestError.InvalidResponse && ours.Fault.Kind != Core.FaultKind.UnsupportedVersion;

    private static bool IsAboutFields(Http2Outcome ours) => ours.Fault.Kind == Core.FaultKind.MalformedField;

    /// <summary>Frames of extensions, answers to no PING, and malformed PRIORITY of streams that were not begun (RFC 9113 §5.5, §6.3, §6.7).</summary>
    private static bool IsIgnored(Http2Frame frame) => frame.Type switch
    {
        Http2FrameType.Ping => (frame.Flags & Http2FrameFlags.Ack) != 0,
        Http2FrameType.Priority => frame.StreamId > 1 && frame.Payload.Length != PrioritySize,
        _ => frame.Type > Http2FrameType.Continuation,
    };

    /// <summary>Frames on streams that were not begun, and SETTINGS, which may have a value that only a client may send.</summary>
    private static bool IsForbidden(Http2Frame frame) => frame.StreamId > 1 || frame.Type == Http2FrameType.Settings;
}
