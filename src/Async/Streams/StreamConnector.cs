using System.Runtime.CompilerServices;

namespace PollHttp.Streams;

/// <summary>Calls ConnectCallback and PlaintextStreamFilter for their streams. At least one of them is set.</summary>
internal sealed class StreamConnector(
    Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect,
    Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>>? filter)
{
    public bool Dials => connect is not null;

    public bool Filters => filter is not null;

    /// <param name="endPoint">The origin, or with a proxy the proxy.</param>
    /// <param name="request">The request that starts the connection.</param>
    /// <param name="token">Canceled when the connection is no longer needed.</param>
    public async Task<Stream> DialAsync(DnsEndPoint endPoint, HttpRequestMessage request, CancellationToken token) =>
        await connect!(NewConnectionContext(endPoint, request), token).ConfigureAwait(false)
            ?? throw new HttpRequestException("ConnectCallback returned no stream.");

    /// <param name="plain">The stream without the filter; closed here if the filter fails.</param>
    /// <param name="request">The request that starts the connection.</param>
    /// <param name="token">Canceled when the connection is no longer needed.</param>
    public async Task<Stream> FilterAsync(Stream plain, HttpRequestMessage request, CancellationToken token)
    {
        using CancellationTokenRegistration registration = token.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), plain);
        try
        {
            return await filter!(NewFilterContext(plain, HttpVersion.Version11, request), token).ConfigureAwait(false)
                ?? throw new HttpRequestException("PlaintextStreamFilter returned no stream.");
        }
        catch
        {
            await plain.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // These constructors are internal on the platform, but code written for its callbacks needs the types.
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SocketsHttpConnectionContext NewConnectionContext(DnsEndPoint endPoint, HttpRequestMessage request);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SocketsHttpPlaintextStreamFilterContext NewFilterContext(
        Stream plaintextStream, Version version, HttpRequestMessage request);
}
