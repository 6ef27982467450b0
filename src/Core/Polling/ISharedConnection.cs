using PollHttp.Core.Http2;

namespace PollHttp.Core;

/// <summary>Represents a connection that several <see cref="PollConnection"/>s share.</summary>
internal interface ISharedConnection
{
    /// <summary>Gets the connection itself.</summary>
    PollConnection Connection { get; }

    /// <summary>Sends the pending output. Can be called from any thread.</summary>
    /// <param name="place">The place that calls, and will handle its own events.</param>
    void Flush(Http2Place place);
}
