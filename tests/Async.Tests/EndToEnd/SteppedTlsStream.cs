using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Tests.EndToEnd;

/// <summary>
/// A server's end of TLS on blocking threads, of which one at a time is inside the session: the lock is let go only while the
/// socket waits. <see cref="SslStream.ShutdownAsync"/> does not guard the native session against a read that goes on in another
/// thread, and both at once write over memory that is not theirs.
/// </summary>
internal sealed class SteppedTlsStream : Stream
{
    private readonly object _session = new();
    private readonly SslStream _ssl;

    public SteppedTlsStream(Socket socket) => _ssl = new(new Unlocking(new NetworkStream(socket), _session));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <param name="identity">The certificate.</param>
    /// <param name="protocol">The only protocol to choose by ALPN; null for none.</param>
    public void Authenticate(X509Certificate2 identity, SslApplicationProtocol? protocol)
    {
        lock (_session)
        {
            _ssl.AuthenticateAsServer(new SslServerAuthenticationOptions { ServerCertificate = identity, ApplicationProtocols = protocol is { } only ? [only] : null });
        }
    }

    /// <summary>Sends a close_notify.</summary>
    public void End()
    {
        lock (_session)
        {
            _ssl.ShutdownAsync().GetAwaiter().GetResult();
        }
    }

    public override int Read(Span<byte> buffer)
    {
        lock (_session)
        {
            return _ssl.Read(buffer);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_session)
        {
            _ssl.Write(buffer);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>The socket below: leaves the session to others while it waits.</summary>
    private sealed class Unlocking(NetworkStream inner, object session) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            Monitor.Exit(session);
            try
            {
                return inner.Read(buffer);
            }
            finally
            {
                Monitor.Enter(session);
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Monitor.Exit(session);
            try
            {
                inner.Write(buffer);
            }
            finally
            {
                Monitor.Enter(session);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span); // the shutdown has no blocking form, and must end on the thread that holds the session
            return default;
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
