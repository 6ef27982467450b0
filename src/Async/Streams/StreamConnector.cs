using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace PollHttp;

/// <summary>
/// Makes connections as streams, where ConnectCallback or PlaintextStreamFilter want them: callback, TLS unless the callback has seen
/// to it, filter (P-064, P-065, P-176).
/// </summary>
internal sealed class StreamConnector(
    Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect,
    Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>>? filter,
    SslClientAuthenticationOptions? tls)
{
    private static readonly List<SslApplicationProtocol> Http11 = [SslApplicationProtocol.Http11];

    /// <param name="key">Where to.</param>
    /// <param name="request">The request that starts the connection; it need not be the one that uses it.</param>
    /// <param name="token">Canceled when the connection is not wanted any more.</param>
    public async Task<Stream> ConnectAsync(PoolKey key, HttpRequestMessage request, CancellationToken token)
    {
        DnsEndPoint endPoint = new(key.Host, key.Port);
        Stream stream = connect is null
            ? await DialAsync(endPoint, token).ConfigureAwait(false)
            : await connect(NewConnectionContext(endPoint, request), token).ConfigureAwait(false)
                ?? throw new HttpRequestException("ConnectCallback returned no stream.");
        if (key.IsTls && stream is not SslStream)
        {
            SslStream secure = new(stream);
            try
            {
                await secure.AuthenticateAsClientAsync(TlsOptions(key.Host), token).ConfigureAwait(false);
            }
            catch
            {
                await secure.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            stream = secure;
        }

        return filter is null
            ? stream
            : await filter(NewFilterContext(stream, HttpVersion.Version11, request), token).ConfigureAwait(false)
                ?? throw new HttpRequestException("PlaintextStreamFilter returned no stream.");
    }

    private static async Task<Stream> DialAsync(DnsEndPoint endPoint, CancellationToken token)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SslClientAuthenticationOptions TlsOptions(string host) => new()
    {
        AllowRenegotiation = tls?.AllowRenegotiation ?? true,
        AllowTlsResume = tls?.AllowTlsResume ?? true,
        ApplicationProtocols = tls?.ApplicationProtocols ?? Http11,
        CertificateChainPolicy = tls?.CertificateChainPolicy,
        CertificateRevocationCheckMode = tls?.CertificateRevocationCheckMode ?? default,
        CipherSuitesPolicy = tls?.CipherSuitesPolicy,
        ClientCertificateContext = tls?.ClientCertificateContext,
        ClientCertificates = tls?.ClientCertificates,
        EnabledSslProtocols = tls?.EnabledSslProtocols ?? default,
        EncryptionPolicy = tls?.EncryptionPolicy ?? EncryptionPolicy.RequireEncryption,
        LocalCertificateSelectionCallback = tls?.LocalCertificateSelectionCallback,
        RemoteCertificateValidationCallback = tls?.RemoteCertificateValidationCallback,
        TargetHost = string.IsNullOrEmpty(tls?.TargetHost) ? host.TrimEnd('.') : tls.TargetHost,
    };

    // The platform keeps these constructors to itself; code written for its callbacks needs the types.
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SocketsHttpConnectionContext NewConnectionContext(DnsEndPoint endPoint, HttpRequestMessage request);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SocketsHttpPlaintextStreamFilterContext NewFilterContext(
        Stream plaintextStream, Version version, HttpRequestMessage request);
}
