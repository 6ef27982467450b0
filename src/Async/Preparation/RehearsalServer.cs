using System.IO.Compression;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PollHttp.Rehearsing;

/// <summary>Answers the requests of <see cref="Rehearsal"/>, one connection after the other, on a thread of its own.</summary>
internal sealed class RehearsalServer : IDisposable
{
    /// <summary>Redirects to <see cref="Plain"/>, and sets a cookie.</summary>
    public const string Moved = "/moved";

    /// <summary>A body with a length, longer than one that is copied out at once.</summary>
    public const string Plain = "/plain";

    /// <summary>A body in chunks, and in gzip.</summary>
    public const string Coded = "/coded";

    private static readonly byte[] s_moved = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 302 Found\r\nLocation: {Plain}\r\nSet-Cookie: rehearsal=1; Path=/\r\nContent-Length: 0\r\n\r\n");

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly X509Certificate2? _certificate;
    private readonly byte[] _plain;
    private readonly byte[] _coded;

    public RehearsalServer(bool isTls)
    {
        byte[] body = MakeBody();
        _plain = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
        _coded = Code(body);
        _certificate = isTls ? MakeCertificate() : null;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = new($"{(isTls ? "https" : "http")}://localhost:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");
        new Thread(Serve) { IsBackground = true, Name = "PollHttp rehearsal" }.Start();
    }

    public Uri Address { get; }

    /// <summary>Trusts the server, after the platform has looked for its certificate among those of the system, which is what is to be rehearsed.</summary>
    public static SslClientAuthenticationOptions Trust() => new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true };

    public void Dispose()
    {
        _listener.Dispose();
        _certificate?.Dispose();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                using NetworkStream stream = new(_listener.Accept(), ownsSocket: true);
                Serve(stream);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The rehearsal is over.
        }
    }

    private void Serve(NetworkStream stream)
    {
        try
        {
            if (_certificate is null)
            {
                Answer(stream);
                return;
            }

            using SslStream secure = new(stream);
            secure.AuthenticateAsServer(_certificate);
            Answer(secure);
        }
        catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client sees the end of the connection.
        }
    }

    private void Answer(Stream stream)
    {
        byte[] buffer = new byte[4096];
        int count = 0;
        for (int read; (read = stream.Read(buffer, count, buffer.Length - count)) > 0;)
        {
            count += read;
            ReadOnlySpan<byte> head = buffer.AsSpan(0, count);
            if (head.EndsWith("\r\n\r\n"u8))
            {
                byte[] reply = head.StartsWith("GET /coded"u8) ? _coded : head.StartsWith("GET /plain"u8) ? _plain : s_moved;
                for (int at = 0; at < reply.Length; at += 48 * 1024) // in pieces, so that the client has to wait for some
                {
                    stream.Write(reply, at, Math.Min(48 * 1024, reply.Length - at));
                }

                count = 0;
            }
        }
    }

    /// <summary>Text of many words, some of them at random: its gzip has matches, literals and codes of its own.</summary>
    private static byte[] MakeBody()
    {
        StringBuilder text = new();
        Random random = new(1);
        while (text.Length < 400_000)
        {
            text.Append("line ").Append(random.Next()).Append(" of a body; ").Append((char)('a' + random.Next(26))).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static byte[] Code(byte[] body)
    {
        MemoryStream coded = new();
        using (GZipStream gzip = new(coded, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(body);
        }

        MemoryStream message = new();
        message.Write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"u8);
        byte[] bytes = coded.ToArray();
        for (int at = 0; at < bytes.Length; at += 10_000)
        {
            int count = Math.Min(10_000, bytes.Length - at);
            message.Write(Encoding.ASCII.GetBytes($"{count:x}\r\n"));
            message.Write(bytes, at, count);
            message.Write("\r\n"u8);
        }

        message.Write("0\r\n\r\n"u8);
        return message.ToArray();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        // The TLS of Windows takes no key that is in memory alone.
        using (certificate)
        {
            byte[] file = certificate.Export(X509ContentType.Pfx);
#if NET9_0_OR_GREATER
            return X509CertificateLoader.LoadPkcs12(file, password: null);
#else
            return new X509Certificate2(file);
#endif
        }
    }
}
