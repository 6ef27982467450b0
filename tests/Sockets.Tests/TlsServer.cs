using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>A blocking TLS server for one connection, on a thread of its own, and the client's end of it.</summary>
internal sealed class TlsServer : IDisposable
{
    private readonly Thread _thread;
    private readonly Socket _listener = TestNetwork.Listen();

    public TlsServer(Action<Socket, SslStream> talk, X509Certificate2? certificate = null)
        : this(socket =>
        {
            using var ssl = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false);
            ssl.AuthenticateAsServer(certificate ?? Certificate("localhost"));
            talk(socket, ssl);
        })
    {
    }

    public TlsServer(Action<Socket> talk)
    {
        _thread = new Thread(() =>
        {
            using Socket socket = _listener.Accept();
            try
            {
                talk(socket);
            }
            catch (Exception exception)
            {
                Failure = exception; // clients that refuse the certificate end here
            }
        })
        { IsBackground = true };
        _thread.Start();
    }

    public Exception? Failure { get; private set; }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public static SslClientAuthenticationOptions Trusting => new()
    {
        TargetHost = "localhost",
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };

    public static X509Certificate2 Certificate(string name, int validUntilYear = 2100)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = request.CreateSelfSigned(
            new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(validUntilYear, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    public (ITransport Transport, Pump Pump) Connect(
        SslClientAuthenticationOptions options, bool native = true, Func<ITransport, ITransport>? decorate = null)
    {
        SocketNetwork network = TestNetwork.Make(native && OperatingSystem.IsLinux());
        ITransport inner = network.Dial(_listener.LocalEndPoint!);
        IPoller poller = network.CreatePoller();
        ITransport tls = network.WrapTls(decorate?.Invoke(inner) ?? inner, options, poller);
        return (tls, new Pump(poller, tls));
    }

    public void Join() => Assert.True(_thread.Join(Pump.Guard));

    public void Dispose()
    {
        Join();
        _listener.Dispose();
    }
}
