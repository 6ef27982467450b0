using PollHttp.Core.Http2;

namespace PollHttp.Core;

/// <summary>A connection that several <see cref="PollConnection"/>s are places on.</summary>
internal interface ISharedConnection
{
    /// <summary>Gets the connection itself.</summary>
    PollConnection Connection { get; }

    /// <summary>Sends what its places have left in the output. From any thread.</summary>
    /// <param name="place">The place that asks, and will look for its own events.</param>
    void Flush(Http2Place place);
}
