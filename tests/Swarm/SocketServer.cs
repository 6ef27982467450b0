using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Swarm;

/// <summary>The server of a scenario on a real socket, plain or TLS: one task a connection, which reads and answers in turn.</summary>
internal sealed class SocketServer : IDisposable
{
    private static readonly Lazy<X509Certificate2> s_certificate = new(MakeCertificate);

    private readonly Ledger _ledger;
    private readonly bool _isTls;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly HashSet<Socket> _sockets = [];
    private readonly CancellationTokenSource _closing = new();
    private int _open;

    public SocketServer(Ledger ledger, bool isTls, int? window)
    {
        _ledger = ledger;
        _isTls = isTls;
        if (window is { } size)
        {
            _listener.ReceiveBufferSize = size; // on loopback, less than a segment makes each of them wait for a timer: right for a deaf server only
        }

        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _ = AcceptAsync();
    }

    public static X509Certificate2 Certificate => s_certificate.Value;

    public Uri Address => new($"{(_isTls ? "https" : "http")}://localhost:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");

    /// <summary>Gets how many connections the client has not closed, those apart that are not read any more.</summary>
    public int Open => Volatile.Read(ref _open);

    public void Dispose()
    {
        _closing.Cancel();
        _listener.Dispose();
        lock (_sockets)
        {
            foreach (Socket socket in _sockets)
            {
                socket.Dispose();
            }
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(
            new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private async Task AcceptAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _listener.AcceptAsync(_closing.Token).ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(socket));
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        lock (_sockets)
        {
            _sockets.Add(socket);
        }

        Interlocked.Increment(ref _open);
        try
        {
            Stream stream = new NetworkStream(socket);
            if (_isTls)
            {
                SslStream tls = new(stream);
                await tls.AuthenticateAsServerAsync(s_certificate.Value).ConfigureAwait(false);
                stream = tls;
            }

            await ServeAsync(socket, stream).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or FormatException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // The client broke off, or this end did.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            lock (_sockets)
            {
                _sockets.Remove(socket);
            }

            socket.Dispose();
        }
    }

    private async Task ServeAsync(Socket socket, Stream stream)
    {
        RequestFeed feed = new(_ledger);
        byte[] buffer = new byte[16 * 1024];
        int count;
        bool hasEnded = false;
        while ((count = await stream.ReadAsync(buffer, _closing.Token).ConfigureAwait(false)) > 0)
        {
            for (int taken = 0; taken < count && !hasEnded;)
            {
                bool hadHead = feed.Call is not null;
                taken += feed.Take(buffer.AsSpan(taken, count - taken));
                if (!hadHead && feed.Call is { } call)
                {
                    hasEnded = await OnHeadAsync(socket, stream, feed, call).ConfigureAwait(false);
                }

                if (feed.IsComplete)
                {
                    if (feed.Call!.Answer is { IsEarly: false, NeverAnswers: false })
                    {
                        hasEnded |= await GiveAsync(socket, stream, feed).ConfigureAwait(false);
                    }

                    feed.Reset();
                }
            }
        }
    }

    private async Task<bool> OnHeadAsync(Socket socket, Stream stream, RequestFeed feed, CallPlan call)
    {
        bool hasEnded = false;
        if (call.Answer.IsEarly || call.Answer is { IsDeaf: true, NeverAnswers: false })
        {
            hasEnded = await GiveAsync(socket, stream, feed).ConfigureAwait(false);
        }
        else if (feed.ExpectsContinue && !feed.IsComplete)
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray()).ConfigureAwait(false);
        }

        if (call.Answer.IsDeaf)
        {
            Interlocked.Decrement(ref _open);
            try
            {
                await Task.Delay(Timeout.Infinite, _closing.Token).ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Increment(ref _open);
            }
        }

        return hasEnded;
    }

    /// <summary>Gives the answer.</summary>
    /// <returns>Whether this side has ended: what else comes is not read as a request.</returns>
    private async Task<bool> GiveAsync(Socket socket, Stream stream, RequestFeed feed)
    {
        int number;
        lock (feed)
        {
            number = feed.BeginAnswer();
        }

        foreach (AnswerStep step in Answer.Compose(feed.Call!, feed.Hop, feed.AcceptsCoding))
        {
            switch (step.Kind)
            {
                case StepKind.Send:
                    await stream.WriteAsync(step.Bytes, _closing.Token).ConfigureAwait(false);
                    break;
                case StepKind.Wait:
                    await Task.Delay(step.Time).ConfigureAwait(false);
                    break;
                case StepKind.End:
                    await ((stream as SslStream)?.ShutdownAsync() ?? Task.CompletedTask).ConfigureAwait(false);
                    socket.Shutdown(SocketShutdown.Send);
                    return true;
                case StepKind.Reset or StepKind.ResetNow:
                    socket.LingerState = new(true, 0);
                    socket.Dispose();
                    return true;
                default:
                    _ = CloseLaterAsync(socket, step.Time, feed, number);
                    break;
            }
        }

        return false;
    }

    /// <summary>Ends an idle connection. With another answer under way it is none: its end would be taken for the end of that answer.</summary>
    private static async Task CloseLaterAsync(Socket socket, TimeSpan time, RequestFeed feed, int number)
    {
        await Task.Delay(time).ConfigureAwait(false);
        try
        {
            lock (feed)
            {
                if (feed.Answers == number)
                {
                    socket.Shutdown(SocketShutdown.Both);
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }
}
