using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Tracing;

namespace PollHttp.Telemetry;

/// <summary>
/// What happens, as events for dotnet-trace, PerfView and <see cref="EventListener"/>s. One that is not listened to costs the reading of a
/// flag: callers ask <see cref="Watches"/> first, and make nothing where it says no.
/// </summary>
/// <remarks>
/// Thread safety: from any thread. A listener is user code, called by the thread that writes the event: no lock may be held. So what happens under
/// one is written by a notice (<see cref="Loop.Notices"/>).
/// </remarks>
[EventSource(Name = PollHttpTelemetry.EventSourceName)]
[SuppressMessage("Trimming", "IL2026", Justification = "All arguments of events are strings and numbers.")]
internal sealed class PollHttpEventSource : EventSource
{
    private const int RequestStartId = 1;
    private const int RequestStopId = 2;
    private const int RequestFailedId = 3;
    private const int ConnectionOpenedId = 4;
    private const int ConnectionClosedId = 5;
    private const int LoopStartId = 6;
    private const int LoopStopId = 7;

    private PollHttpEventSource()
    {
    }

    public static PollHttpEventSource Instance { get; } = new();

    /// <summary>Gets a value indicating whether events of these keywords are listened to.</summary>
    [NonEvent]
    public bool Watches(EventKeywords keywords) => IsEnabled(EventLevel.Informational, keywords);

    /// <summary>A request begins.</summary>
    [Event(RequestStartId, Level = EventLevel.Informational, Keywords = Keywords.Requests, Message = "Request {0}: {1} {2}")]
    public void RequestStart(long request, string method, string uri) => WriteEvent(RequestStartId, request, method, uri);

    /// <summary>A request has its response head, or has failed.</summary>
    [Event(RequestStopId, Level = EventLevel.Informational, Keywords = Keywords.Requests, Message = "Request {0}: {1}, HTTP/{2}, after {3} ms")]
    public void RequestStop(long request, int statusCode, string version, double milliseconds) =>
        WriteEvent(RequestStopId, request, statusCode, version, milliseconds);

    /// <summary>A request fails; <see cref="RequestStop"/> follows.</summary>
    [Event(RequestFailedId, Level = EventLevel.Error, Keywords = Keywords.Requests, Message = "Request {0} failed: {1}: {2}")]
    public void RequestFailed(long request, string kind, string message) => WriteEvent(RequestFailedId, request, kind, message);

    /// <summary>HTTP can be spoken on a connection.</summary>
    [Event(ConnectionOpenedId, Level = EventLevel.Informational, Keywords = Keywords.Connections, Message = "Connection {0}: open to {1}:{2} at {3}, HTTP/{4}")]
    public void ConnectionOpened(long connection, string host, int port, string address, string version) =>
        WriteEvent(ConnectionOpenedId, connection, host, port, address, version);

    /// <summary>A connection that was open has ended.</summary>
    [Event(ConnectionClosedId, Level = EventLevel.Informational, Keywords = Keywords.Connections, Message = "Connection {0}: closed after {4} ms: {3}")]
    public void ConnectionClosed(long connection, string host, int port, string reason, double milliseconds) =>
        WriteEvent(ConnectionClosedId, connection, host, port, reason, milliseconds);

    /// <summary>A loop is made.</summary>
    [Event(LoopStartId, Level = EventLevel.Informational, Keywords = Keywords.Loops, Message = "Loop {0}: made, background drive: {1}")]
    public void LoopStart(long loop, bool isBackground) => WriteEvent(LoopStartId, loop, isBackground);

    /// <summary>A loop is disposed.</summary>
    [Event(LoopStopId, Level = EventLevel.Informational, Keywords = Keywords.Loops, Message = "Loop {0}: disposed after {1} polls")]
    public void LoopStop(long loop, long polls) => WriteEvent(LoopStopId, loop, polls);

    /// <summary>Groups of events, to be listened to or not.</summary>
    public static class Keywords
    {
        /// <summary>The group of events of requests.</summary>
        public const EventKeywords Requests = (EventKeywords)1;

        /// <summary>The group of events of connections.</summary>
        public const EventKeywords Connections = (EventKeywords)2;

        /// <summary>The group of events of loops.</summary>
        public const EventKeywords Loops = (EventKeywords)4;
    }
}
