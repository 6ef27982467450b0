using System.Buffers;
using System.Collections;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Moq;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

public sealed class TlsTransportTests
{
    public static TheoryData<bool> Kinds => TestNetwork.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public void Bytes_go_both_ways_and_a_close_notify_is_the_end(bool native)
    {
        using TlsServer server = new((_, ssl) =>
        {
            byte[] got = new byte[5];
            ssl.ReadExactly(got);
            ssl.Write(got);
            ssl.ShutdownAsync().Wait();
        });
        (ITransport transport, Pump pump) = server.Connect(TlsServer.Trusting, native);
        using (pump)
        {
            Assert.Equal(TransportStatus.Open, pump.Open());
            Assert.Equal(IoStatus.Done, pump.Write(TestNetwork.Sequence([1, 2], [3], [4, 5])));
            byte[] got = new byte[5];
            Assert.Equal(IoStatus.Done, pump.ReadAll(got));
            Assert.Equal(new byte[] { 1, 2, 3, 4, 5 }, got);
            Assert.Equal(IoResult.End, pump.Read(got));
            Assert.Equal(IoResult.End, transport.TryRead(got));
            Assert.Equal(TransportError.None, transport.Failure.Error);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_handshake_waits_for_what_is_loaded_on_another_thread(bool hasWaker)
    {
        TaskCompletionSource loading = new();
        using TlsServer server = new(static (_, ssl) => ssl.Write([7]));
        SocketNetwork network = TestNetwork.Make(native: false);
        ITransport socket = network.Dial(new IPEndPoint(IPAddress.Loopback, server.Port));
        Mock<IPoller> waker = new();
        TlsTransport transport = new(socket, TlsServer.Trusting, hasWaker ? waker.Object : null, handshakeOnPool: false, loading.Task);
        for (int i = 0; i < 3; i++)
        {
            SpinWait.SpinUntil(() => socket.Poll() == TransportStatus.Open, Pump.Guard);
            Assert.Equal(TransportStatus.Opening, transport.Poll());
            Assert.Equal(hasWaker ? TransportInterest.None : TransportInterest.Immediate, transport.GetInterest(TransportInterest.None));
        }

        loading.SetResult();
        waker.Verify(static w => w.Wake(), hasWaker ? Times.Once() : Times.Never());
        using Pump pump = new(network.CreatePoller(), transport);
        Assert.Equal(TransportStatus.Open, pump.Open());
        Assert.Equal(IoResult.Done(1), pump.Read(new byte[8]));
    }

    [Theory, Trait("fault", "F-39"), Trait("rule", "R-248")]
    [InlineData(new byte[] { 23, 3, 3, 0, 1, 0 })] // a record
    [InlineData(new byte[] { 1, 2, 3 })]
    public void What_comes_after_a_close_notify_is_nobodys(byte[] more)
    {
        using TlsServer server = new((socket, ssl) =>
        {
            ssl.Write([1]);
            ssl.ShutdownAsync().Wait();
            socket.Send(more);
        });
        (ITransport transport, Pump pump) = server.Connect(TlsServer.Trusting);
        using (pump)
        {
            Assert.Equal(TransportStatus.Open, pump.Open());
            byte[] got = new byte[8];
            Assert.Equal(IoResult.Done(1), pump.Read(got));
            Assert.Equal(IoResult.End, pump.Read(got));
            server.Join(); // by now it has all been sent
            Assert.Equal(IoResult.End, transport.TryRead(got));
            Assert.Equal(TransportError.None, transport.Failure.Error);
        }
    }

    [Theory, Trait("rule", "R-245")]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls12, false)]
    [InlineData(SslProtocols.Tls13, true)]
    public void A_server_may_ask_for_a_certificate_later_as_the_options_say(SslProtocols protocol, bool isAllowed)
    {
        string? presented = null;
        using X509Certificate2 certificate = TlsServer.Certificate("localhost");
        using TlsServer server = new(socket =>
        {
            using var ssl = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false);
            ssl.AuthenticateAsServer(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                EnabledSslProtocols = protocol,
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            });
            ssl.ReadExactly(new byte[1]);
#pragma warning disable CA1416 // not on macOS, where these tests do not run
            ssl.NegotiateClientCertificateAsync().Wait();
#pragma warning restore CA1416
            presented = ssl.RemoteCertificate?.Subject;
            ssl.Write([2]);
            ssl.ReadExactly(new byte[1]);
        });
        SslClientAuthenticationOptions options = TlsServer.Trusting;
        options.AllowRenegotiation = isAllowed;
        options.ClientCertificates = [certificate];
        (ITransport transport, Pump pump) = server.Connect(options);
        using (pump)
        {
            Assert.Equal(TransportStatus.Open, pump.Open());
            Assert.Equal(IoStatus.Done, pump.Write([1]));
            IoResult read = pump.Read(new byte[8]);
            Assert.Equal(isAllowed ? IoResult.Done(1) : IoResult.Failed, read);
            Assert.Equal(isAllowed ? TransportError.None : TransportError.TlsData, transport.Failure.Error);
            if (isAllowed)
            {
                Assert.Equal(IoStatus.Done, pump.Write([3]));
                pump.Flush();
            }
        }

        server.Join();
        Assert.Equal(isAllowed, server.Failure is null);
        Assert.Equal(isAllowed ? certificate.Subject : null, presented);
    }

    [Fact]
    public void A_bare_FIN_is_an_end_without_close_notify()
    {
        using TlsServer server = new((socket, ssl) =>
        {
            ssl.Write([1]);
            ssl.Flush();
            socket.Shutdown(SocketShutdown.Send);
        });
        (_, Pump pump) = server.Connect(TlsServer.Trusting);
        using (pump)
        {
            Assert.Equal(TransportStatus.Open, pump.Open());
            Assert.Equal(IoResult.Done(1), pump.Read(new byte[8]));
            Assert.Equal(IoStatus.EndWithoutCloseNotify, pump.Read(new byte[8]).Status);
        }
    }

    [Fact]
    public void A_self_signed_certificate_is_refused_in_words()
    {
        using TlsServer server = new((_, _) => { }, TlsServer.Certificate("a.test"));
        (ITransport transport, Pump pump) = server.Connect(new() { TargetHost = "a.test" });
        using (pump)
        {
            Assert.Equal(TransportStatus.Failed, pump.Open());
            Assert.Equal(TransportError.Certificate, transport.Failure.Error);
            var cause = Assert.IsType<AuthenticationException>(transport.Failure.Cause);
            Assert.Equal(
                "The certificate of a.test was not accepted: it is self-signed and not among the trusted certificates",
                cause.Message);
            Assert.Equal(IoResult.Failed, transport.TryRead(new byte[1]));
        }
    }

    [Fact]
    public void Every_reason_is_told()
    {
        using TlsServer server = new((_, _) => { }, TlsServer.Certificate("a.test", validUntilYear: 2020));
        (ITransport transport, Pump pump) = server.Connect(new() { TargetHost = "example.test" });
        using (pump)
        {
            Assert.Equal(TransportStatus.Failed, pump.Open());
            string message = transport.Failure.Describe();
            Assert.StartsWith("The certificate of example.test was not accepted: ", message);
            Assert.Contains("it expired on 2020-01-01", message);
            Assert.Contains("the name does not match (certificate is for a.test)", message);
        }
    }

    [Fact]
    public void The_callbacks_verdict_and_exception_are_kept()
    {
        var thrown = new InvalidDataException("pin file missing");
        using TlsServer server = new((_, _) => { });
        (ITransport transport, Pump pump) = server.Connect(
            new() { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => throw thrown });
        using (pump)
        {
            Assert.Equal(TransportStatus.Failed, pump.Open());
            Assert.Equal(TransportError.Certificate, transport.Failure.Error);
            Assert.Same(thrown, transport.Failure.Cause!.InnerException);
        }
    }

    [Fact]
    public void A_peer_that_does_not_speak_TLS_is_named_as_such()
    {
        using TlsServer server = new(socket =>
        {
            socket.Send("HTTP/1.1 400 Bad Request\r\n\r\n"u8);
            socket.Shutdown(SocketShutdown.Send);
            while (socket.Receive(new byte[1024]) > 0)
            {
            }
        });
        (ITransport transport, Pump pump) = server.Connect(TlsServer.Trusting);
        using (pump)
        {
            Assert.Equal(TransportStatus.Failed, pump.Open());
            Assert.Equal(TransportError.TlsHandshake, transport.Failure.Error);
            Assert.Contains("does not speak TLS; it sent 'HTTP/", transport.Failure.Describe());
        }
    }

    [Fact]
    public void An_end_within_the_handshake_is_a_handshake_failure()
    {
        using TlsServer server = new(socket =>
        {
            socket.Receive(new byte[4096]);
            socket.Shutdown(SocketShutdown.Send);
            socket.Receive(new byte[1]);
        });
        (ITransport transport, Pump pump) = server.Connect(TlsServer.Trusting);
        using (pump)
        {
            Assert.Equal(TransportStatus.Failed, pump.Open());
            Assert.Equal(TransportError.TlsHandshake, transport.Failure.Error);
            Assert.Equal("the peer closed the connection", transport.Failure.Describe());
        }
    }

    [Fact]
    public void A_reset_after_the_handshake_is_the_inner_transports_failure()
    {
        using TlsServer server = new((socket, _) =>
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        });
        (ITransport transport, Pump pump) = server.Connect(TlsServer.Trusting);
        using (pump)
        {
            if (pump.Open() == TransportStatus.Open)
            {
                Assert.Equal(IoResult.Failed, pump.Read(new byte[8]));
            }
            Assert.Equal(TransportError.Reset, transport.Failure.Error);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_mebibyte_goes_each_way_unharmed(bool native)
    {
        byte[] data = RandomNumberGenerator.GetBytes(1 << 20);
        using TlsServer server = new((_, ssl) =>
        {
            byte[] got = new byte[data.Length];
            ssl.ReadExactly(got);
            ssl.Write(got);
        });
        (_, Pump pump) = server.Connect(TlsServer.Trusting, native);
        using (pump)
        {
            Assert.Equal(TransportStatus.Open, pump.Open());
            Assert.Equal(IoStatus.Done, pump.Write(data));
            pump.Flush();
            byte[] got = new byte[data.Length];
            Assert.Equal(IoStatus.Done, pump.ReadAll(got));
            Assert.True(data.AsSpan().SequenceEqual(got));
        }
    }

    [Fact, Trait("fault", "F-14")]
    public void Records_of_one_byte_are_read_like_any_other()
    {
        byte[] data = RandomNumberGenerator.GetBytes(1_000);
        using TlsServer server = new((_, ssl) =>
        {
            foreach (byte one in data)
            {
                ssl.WriteByte(one);
            }

            ssl.ShutdownAsync().Wait();
        });
        (_, Pump pump) = server.Connect(TlsServer.Trusting);
        using (pump)
        {
            Assert.Equal(TransportStatus.Open, pump.Open());
            byte[] got = new byte[data.Length];
            Assert.Equal(IoStatus.Done, pump.ReadAll(got));
            Assert.True(data.AsSpan().SequenceEqual(got));
            Assert.Equal(IoResult.End, pump.Read(got));
        }
    }

    [Fact, Trait("fault", "F-14")]
    public void A_transport_of_single_bytes_changes_nothing()
    {
        byte[] data = RandomNumberGenerator.GetBytes(40_000);
        using TlsServer server = new((_, ssl) =>
        {
            byte[] got = new byte[data.Length];
            ssl.ReadExactly(got);
            ssl.Write(got);
            ssl.ShutdownAsync().Wait();
        });
        (_, Pump pump) = server.Connect(TlsServer.Trusting, decorate: inner => new TrickleTransport(inner));
        using (pump)
        {
            Assert.Equal(TransportStatus.Open, pump.Open());
            Assert.Equal(IoStatus.Done, pump.Write(data));
            byte[] got = new byte[data.Length];
            Assert.Equal(IoStatus.Done, pump.ReadAll(got));
            Assert.True(data.AsSpan().SequenceEqual(got));
            Assert.Equal(IoResult.End, pump.Read(got));
        }
    }

    [Fact]
    public void Two_records_leave_in_one_write()
    {
        byte[] data = RandomNumberGenerator.GetBytes(64 * 1024);
        using TlsServer server = new((_, ssl) =>
        {
            ssl.ReadExactly(new byte[data.Length]);
            ssl.Write([7]);
        });
        RecordingTransport? recorded = null;
        (_, Pump pump) = server.Connect(TlsServer.Trusting, decorate: inner => recorded = new RecordingTransport(inner));
        using (pump)
        {
            Assert.Equal(TransportStatus.Open, pump.Open());
            recorded!.Writes.Clear();
            Assert.Equal(IoStatus.Done, pump.Write(data));
            Assert.Equal(IoResult.Done(1), pump.Read(new byte[8]));

            // What did not fit into the socket is tried again, which adds writes: what counts is that none was of one record alone.
            Assert.InRange(recorded.Writes.Max(), 32 * 1024, 34 * 1024);
        }
    }

    [Fact]
    public void The_synchronization_context_is_left_alone_and_restored()
    {
        using TlsServer server = new((_, ssl) =>
        {
            ssl.Write([1, 2, 3]);
            ssl.ReadByte();
        });
        var context = new LoudContext();
        SynchronizationContext? saved = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            (_, Pump pump) = server.Connect(TlsServer.Trusting, decorate: inner => new TrickleTransport(inner));
            using (pump)
            {
                Assert.Equal(TransportStatus.Open, pump.Open());
                Assert.Equal(IoStatus.Done, pump.ReadAll(new byte[3]));
                Assert.Equal(IoStatus.Done, pump.Write([1]));
                pump.Flush();
                Assert.Same(context, SynchronizationContext.Current);
            }
            Assert.Equal(0, context.Posts);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(saved);
        }
    }

    [Fact]
    public void The_peer_sees_a_close_notify_after_what_was_written()
    {
        int last = 0;
        using TlsServer server = new((_, ssl) =>
        {
            byte[] got = new byte[100_000];
            ssl.ReadExactly(got);
            last = ssl.ReadByte();
        });
        (ITransport transport, Pump pump) = server.Connect(
            TlsServer.Trusting, decorate: inner => new TrickleTransport(inner));
        using (pump)
        {
            Assert.Equal(TransportStatus.Open, pump.Open());
            Assert.Equal(IoStatus.Done, pump.Write(new byte[100_000]));
            transport.ShutdownSend();
            pump.Flush();
            server.Join();
        }
        Assert.Null(server.Failure);
        Assert.Equal(-1, last);
    }

    [Fact]
    public void Disposal_in_the_middle_of_anything_is_quiet()
    {
        using TlsServer server = new(socket => { while (socket.Receive(new byte[64 * 1024]) > 0) { } });
        (ITransport transport, Pump pump) = server.Connect(TlsServer.Trusting);
        using (pump)
        {
            while (((ISocketHandleSource)transport).Socket is { } && !((TlsTransport)transport).GetInterest(default).HasFlag(TransportInterest.Read))
            {
                transport.Poll();
                if (transport.GetInterest(default).HasFlag(TransportInterest.Write))
                {
                    pump.Sleep(default);
                }
            }
        }
        transport.Dispose();
        server.Join();
        Assert.Null(server.Failure); // the peer saw an end, not a reset
        Assert.Null(transport.Tls);
        Assert.Throws<ObjectDisposedException>(() => transport.TryRead(new byte[1]));
    }

    [Fact]
    public void Options_are_copied_whole_and_never_changed()
    {
        var options = new SslClientAuthenticationOptions();
        PropertyInfo[] properties =
            [.. typeof(SslClientAuthenticationOptions).GetProperties().Where(p => p.CanWrite && p.SetMethod!.IsPublic)];
        foreach (PropertyInfo property in properties)
        {
            property.SetValue(options, Unusual(property, property.GetValue(options)));
        }
        SslClientAuthenticationOptions copy = TlsOptionsCopy.Of(options);
        var fresh = new SslClientAuthenticationOptions();
        foreach (PropertyInfo property in properties)
        {
            Assert.True(AreSame(property.GetValue(options), property.GetValue(copy)), property.Name);
            Assert.False(Equals(property.GetValue(fresh), property.GetValue(copy)), property.Name);
        }
        options.CertificateChainPolicy = null;
        X509ChainPolicy policy = TlsClientOptions.WithoutDownloads(options).CertificateChainPolicy!;
        Assert.True(policy.DisableCertificateDownloads);
        Assert.Equal(options.CertificateRevocationCheckMode, policy.RevocationMode);
        Assert.Null(options.CertificateChainPolicy);
    }

    /// <summary>Equal, or lists of the same that are two lists.</summary>
    private static bool AreSame(object? original, object? copy) =>
        original is IList list && copy is IList other
            ? !ReferenceEquals(list, other) && list.Cast<object>().SequenceEqual(other.Cast<object>())
            : Equals(original, copy);

    private static object Unusual(PropertyInfo property, object? current) => property.Name switch
    {
        nameof(SslClientAuthenticationOptions.ApplicationProtocols) => new List<SslApplicationProtocol>(),
        nameof(SslClientAuthenticationOptions.CertificateChainPolicy) => new X509ChainPolicy(),
        nameof(SslClientAuthenticationOptions.CertificateRevocationCheckMode) => X509RevocationMode.Offline,
#pragma warning disable CA1416 // tests of this one run where it exists
        nameof(SslClientAuthenticationOptions.CipherSuitesPolicy) =>
            new CipherSuitesPolicy([TlsCipherSuite.TLS_AES_128_GCM_SHA256]),
#pragma warning restore CA1416
        nameof(SslClientAuthenticationOptions.ClientCertificateContext) =>
            SslStreamCertificateContext.Create(TlsServer.Certificate("c.test"), null, offline: true),
        nameof(SslClientAuthenticationOptions.ClientCertificates) => new X509CertificateCollection(),
        nameof(SslClientAuthenticationOptions.EnabledSslProtocols) => SslProtocols.Tls13,
#pragma warning disable SYSLIB0040 // only to be unlike the default
        nameof(SslClientAuthenticationOptions.EncryptionPolicy) => EncryptionPolicy.AllowNoEncryption,
#pragma warning restore SYSLIB0040
        nameof(SslClientAuthenticationOptions.LocalCertificateSelectionCallback) =>
            (LocalCertificateSelectionCallback)((_, _, _, _, _) => null!),
        nameof(SslClientAuthenticationOptions.RemoteCertificateValidationCallback) =>
            (RemoteCertificateValidationCallback)((_, _, _, _) => true),
        nameof(SslClientAuthenticationOptions.TargetHost) => "x.test",
        _ when current is bool value => !value,
        _ => throw new NotSupportedException($"{property.Name} is new: copy it in TlsClientOptions and name it here."),
    };

    private sealed class LoudContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => _posts;

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            base.Post(d, state);
        }
    }
}
