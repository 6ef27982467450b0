using System.Text;
using Moq;
using Xunit;

namespace PollHttp.Core.Tests;

public class PollClientFailureTests
{
    private static void AssertSticky(PollScene scene, PollStatus status)
    {
        Fault fault = scene.Client.Fault;
        Assert.True(fault.Exists);
        Assert.NotEmpty(fault.Describe());
        for (int i = 0; i < 3; i++)
        {
            scene.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(status, scene.Client.Poll());
            Assert.Equal(fault, scene.Client.Fault);
        }

        Assert.Equal(Wants.Nothing, scene.Client.Wants);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => scene.Client.Request("GET", "/"));
        Assert.Contains(status.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Equal(status, scene.Client.Status);

        // ConnectToHost is the other way out.
        scene.Connect();
        Assert.False(scene.Client.Fault.Exists);
    }

    [Fact]
    public void A_name_without_addresses_ends_at_CantResolve()
    {
        using PollScene scene = new();
        scene.Client.ConnectToHost(PollScene.UnknownHost);
        scene.PollUntil(PollStatus.CantResolve);
        Assert.Equal(FaultKind.ResolveFailed, scene.Client.Fault.Kind);
        AssertSticky(scene, PollStatus.CantResolve);
    }

    [Fact]
    public void A_lookup_that_never_ends_is_CantResolve_at_the_deadline()
    {
        using PollScene scene = new();
        scene.Client.ConnectToHost(PollScene.SilentHost);
        scene.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PollStatus.Resolving, scene.Client.Poll());
        scene.Advance(TimeSpan.FromSeconds(8.9));
        Assert.Equal(PollStatus.Resolving, scene.Client.Poll());
        scene.Advance(TimeSpan.FromSeconds(1.2));
        Assert.Equal(PollStatus.CantResolve, scene.Client.Poll());
        Assert.Equal(FaultKind.TimedOut, scene.Client.Fault.Kind);
        AssertSticky(scene, PollStatus.CantResolve);
    }

    [Fact]
    public void A_refused_connection_ends_at_CantConnect()
    {
        using PollScene scene = new();
        scene.Client.ConnectToHost(PollScene.RefusedAddress);
        scene.PollUntil(PollStatus.CantConnect);
        Assert.Equal(FaultKind.ConnectFailed, scene.Client.Fault.Kind);
        Assert.Equal(TransportError.Refused, scene.Client.Fault.Transport.Error);
        AssertSticky(scene, PollStatus.CantConnect);
    }

    [Fact]
    public void A_black_hole_ends_at_CantConnect_when_the_connect_timeout_is_over()
    {
        using PollScene scene = new(new PollClientOptions { ConnectTimeout = TimeSpan.FromSeconds(3) });
        scene.Client.ConnectToHost(PollScene.BlackHoleAddress);
        scene.Client.Poll();
        scene.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(PollStatus.Connecting, scene.Client.Poll());
        Assert.Equal(ConnectPhase.Tcp, scene.Client.Phase);
        scene.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(PollStatus.CantConnect, scene.Client.Poll());
        Assert.Equal(FaultKind.TimedOut, scene.Client.Fault.Kind);
        Assert.Equal(TimeSpan.FromSeconds(3), scene.Client.Fault.TimeLimit);
        AssertSticky(scene, PollStatus.CantConnect);
    }

    [Fact]
    public void A_refused_handshake_ends_at_TlsHandshakeError()
    {
        using PollScene scene = new();
        scene.RefuseTls();
        scene.Client.ConnectToHost("https://" + PollScene.Host);
        scene.PollUntil(PollStatus.TlsHandshakeError);
        Assert.Equal(FaultKind.TlsFailed, scene.Client.Fault.Kind);
        AssertSticky(scene, PollStatus.TlsHandshakeError);
    }

    [Fact]
    public void A_silent_server_is_a_ResponseHead_timeout_after_30_seconds()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Advance(TimeSpan.FromSeconds(29.5));
        Assert.Equal(PollStatus.Requesting, scene.Client.Poll());
        scene.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PollStatus.ConnectionError, scene.Client.Poll());
        Assert.Equal(FaultKind.TimedOut, scene.Client.Fault.Kind);
        Assert.Equal(TimerKind.ResponseHead, scene.Client.Fault.Timer);
        Assert.Equal(TimeSpan.FromSeconds(30), scene.Client.Fault.TimeLimit);
        AssertSticky(scene, PollStatus.ConnectionError);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_body_that_is_cut_off_is_a_ConnectionError_with_the_bytes_received_and_expected(bool reset)
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
        scene.Settle();
        Assert.Equal("0123456789", scene.ReadAll());
        if (reset)
        {
            scene.Reset();
        }
        else
        {
            scene.End();
        }

        scene.PollUntil(PollStatus.ConnectionError);
        Assert.Equal(reset ? FaultKind.ConnectionReset : FaultKind.TruncatedBody, scene.Client.Fault.Kind);
        Assert.Equal(10, scene.Client.Fault.BytesReceived);
        Assert.Equal(100, scene.Client.Fault.BytesExpected);
        Assert.Equal(200, scene.Client.ResponseCode);
        Assert.Equal(new HeaderField("Content-Length", "100"), scene.Client.ResponseHeaders[0]);
        Assert.Empty(scene.Client.ReadResponseBodyChunk());
        AssertSticky(scene, PollStatus.ConnectionError);
    }

    [Fact]
    public void What_came_before_a_failure_is_read_first()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
        scene.End();
        scene.Settle();
        Assert.Equal(PollStatus.Body, scene.Client.Status);
        Assert.Equal(10, scene.Client.ReadResponseBodyChunk().Length);
        Assert.Equal(PollStatus.ConnectionError, scene.Client.Status);
        Assert.Equal(FaultKind.TruncatedBody, scene.Client.Fault.Kind);
    }

    [Fact]
    public void A_malformed_head_is_a_ConnectionError()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("nonsense\r\n\r\n");
        scene.PollUntil(PollStatus.ConnectionError);
        Assert.Equal(FaultKind.MalformedStatusLine, scene.Client.Fault.Kind);
        AssertSticky(scene, PollStatus.ConnectionError);
    }

    [Fact]
    public void A_server_that_closes_an_idle_connection_leaves_it_Disconnected()
    {
        using PollScene scene = PollScene.Connected();
        scene.End();
        scene.PollUntil(PollStatus.Disconnected);
        Assert.False(scene.Client.Fault.Exists);
        scene.Connect();
    }

    [Fact]
    public void Stray_bytes_on_an_idle_connection_leave_it_Disconnected()
    {
        using PollScene scene = PollScene.Connected();
        scene.Send("HTTP/1.1 408 Request Timeout\r\n\r\n");
        scene.PollUntil(PollStatus.Disconnected);
        Assert.False(scene.Client.HasResponse);
    }

    [Fact]
    public void A_reset_on_an_idle_connection_is_a_ConnectionError()
    {
        using PollScene scene = PollScene.Connected();
        scene.Reset();
        scene.PollUntil(PollStatus.ConnectionError);
        Assert.Equal(FaultKind.ConnectionReset, scene.Client.Fault.Kind);
        AssertSticky(scene, PollStatus.ConnectionError);
    }

    [Fact]
    public void A_request_on_a_stale_connection_is_a_retryable_ConnectionError_and_not_repeated()
    {
        using PollScene scene = PollScene.Connected();
        scene.Exchange("GET", "/1", "HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
        scene.End();
        scene.Flow();
        scene.Client.Request("GET", "/2");
        scene.PollUntil(PollStatus.ConnectionError);
        Assert.True(scene.Client.Fault.Retryable);
        Assert.Equal(1, scene.Connections);
        AssertSticky(scene, PollStatus.ConnectionError);
    }

    [Fact]
    public void A_transport_that_fails_on_its_second_write_is_a_ConnectionError()
    {
        Mock<ITransport> transport = new();
        int writes = 0;
        bool failed = false;
        transport.Setup(t => t.Poll()).Returns(TransportStatus.Open);
        transport.Setup(t => t.GetInterest(It.IsAny<TransportInterest>())).Returns((TransportInterest wanted) => wanted);
        transport.Setup(t => t.TryRead(It.IsAny<Memory<byte>>())).Returns(() => failed ? IoResult.Failed : IoResult.WouldBlock);
        transport.Setup(t => t.TryWrite(It.IsAny<System.Buffers.ReadOnlySequence<byte>>())).Returns(() =>
        {
            failed = ++writes == 2;
            return failed ? IoResult.Failed : IoResult.Done(10);
        });
        transport.SetupGet(t => t.Failure).Returns(() => failed ? new TransportFailure(TransportError.Reset, null) : default);

        using PollScene scene = new();
        scene.Client.Connection = transport.Object;
        Assert.Same(transport.Object, scene.Client.Connection);
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
        scene.Client.Request("POST", "/", (IEnumerable<HeaderField>?)null, Encoding.UTF8.GetBytes("content"));
        scene.Client.Poll();
        scene.Client.Poll();
        Assert.Equal(PollStatus.ConnectionError, scene.Client.Status);
        Assert.Equal(FaultKind.ConnectionReset, scene.Client.Fault.Kind);
        Assert.Equal(TransportError.Reset, scene.Client.Fault.Transport.Error);
        Assert.Equal(10, scene.Client.Fault.RequestBytesSent);
        Assert.Equal(2, writes);
        transport.Verify(t => t.Dispose(), Times.AtLeastOnce);
    }
}
