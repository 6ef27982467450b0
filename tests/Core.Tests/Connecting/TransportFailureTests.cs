using System.Buffers;
using System.Net;
using Moq;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What becomes of a connection when its transport fails at each point, with transports made to fail there.</summary>
public class TransportFailureTests
{
    private static readonly EndPoint s_first = new IPEndPoint(IPAddress.Loopback, 1);
    private static readonly TransportFailure s_reset = new(TransportError.Reset, null);

    private readonly Mock<INetwork> _network = new();

    public TransportFailureTests() => _network.Setup(n => n.TimeProvider).Returns(new SceneNetwork.ManualTime());

    [Theory, Trait("fault", "F-07"), Trait("fault", "F-48"), Trait("fault", "F-52")]
    [InlineData(TransportError.Refused)]
    [InlineData(TransportError.Unreachable)]
    [InlineData(TransportError.ResourceExhausted)]
    [InlineData(TransportError.TimedOut)]
    public void The_class_of_a_failed_connect_is_kept_and_the_transport_disposed_once(TransportError error)
    {
        Mock<ITransport> transport = Dialled(TransportStatus.Failed, new(error, null));
        using PollConnection connection = Connection();
        connection.Poll();
        Assert.Equal((FaultKind.ConnectFailed, error), (connection.Fault.Kind, connection.Fault.Transport.Error));
        Assert.Equal(EventKind.Faulted, connection.NextEvent().Kind);
        Assert.Equal(EventKind.Closed, connection.NextEvent().Kind);
        connection.Poll();
        connection.Dispose();
        Assert.Equal(error, connection.Fault.Transport.Error);
        transport.Verify(t => t.Dispose(), Times.Once);
    }

    [Theory, Trait("fault", "F-08")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_failure_within_the_handshake_names_the_handshake(bool isAtOnce)
    {
        Mock<ITransport> tcp = Dialled(TransportStatus.Open, default);
        Mock<ITransport> tls = new();
        tls.SetupSequence(t => t.Poll())
            .Returns(isAtOnce ? TransportStatus.Failed : TransportStatus.Opening)
            .Returns(TransportStatus.Failed);
        tls.Setup(t => t.Failure).Returns(s_reset);
        _network.Setup(n => n.WrapTls(tcp.Object, It.IsAny<System.Net.Security.SslClientAuthenticationOptions>(), null)).Returns(tls.Object);
        using PollConnection connection = Connection(isTls: true);
        connection.Poll();
        connection.Poll();
        Assert.Equal("The TLS handshake with example.org:1 failed: connection reset by peer.", connection.Fault.Describe());
        tls.Verify(t => t.Dispose(), Times.Once);
    }

    [Fact, Trait("fault", "F-15")]
    public void A_write_that_fails_on_its_second_call_still_lets_the_response_be_read()
    {
        Mock<ITransport> transport = Dialled(TransportStatus.Open, default);
        int writes = 0;
        transport.Setup(t => t.TryWrite(It.IsAny<ReadOnlySequence<byte>>())).Returns(() => ++writes == 1 ? IoResult.Done(1) : IoResult.Failed);
        transport.Setup(t => t.Failure).Returns(s_reset);
        byte[] response = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
        transport.Setup(t => t.TryRead(It.IsAny<Memory<byte>>())).Returns((Memory<byte> buffer) =>
        {
            if (writes < 2 || response.Length == 0)
            {
                return IoResult.WouldBlock;
            }

            int count = response.Length;
            response.CopyTo(buffer);
            response = [];
            return IoResult.Done(count);
        });
        using PollConnection connection = Connection();
        connection.Poll();
        ExchangeId exchange = connection.Http.Begin(new RequestHead { Authority = "example.org" }, ContentFraming.None, connection.Now);
        connection.Poll();
        Assert.Equal(EventKind.ResponseHead, connection.NextEvent().Kind);
        Assert.Equal(413, new HttpExchange(connection.Http, exchange).ResponseHead.StatusCode);
    }

    [Fact, Trait("fault", "F-17"), Trait("fault", "F-51")]
    public void A_transport_that_says_ready_and_moves_nothing_is_tried_once_a_poll()
    {
        Mock<ITransport> transport = Dialled(TransportStatus.Open, default);
        transport.Setup(t => t.TryWrite(It.IsAny<ReadOnlySequence<byte>>())).Returns(IoResult.WouldBlock);
        transport.Setup(t => t.TryRead(It.IsAny<Memory<byte>>())).Returns(IoResult.WouldBlock);
        using PollConnection connection = Connection();
        connection.Poll();
        _ = connection.Http.Begin(new RequestHead { Authority = "example.org" }, ContentFraming.None, connection.Now);
        transport.Invocations.Clear();
        connection.Poll();
        Assert.False(connection.Progressed);
        transport.Verify(t => t.TryWrite(It.IsAny<ReadOnlySequence<byte>>()), Times.Once);
        transport.Verify(t => t.TryRead(It.IsAny<Memory<byte>>()), Times.AtMostOnce);
    }

    private Mock<ITransport> Dialled(TransportStatus status, TransportFailure failure)
    {
        Mock<ITransport> transport = new();
        transport.Setup(t => t.Poll()).Returns(status);
        transport.Setup(t => t.Failure).Returns(failure);
        _network.Setup(n => n.Dial(s_first)).Returns(transport.Object);
        return transport;
    }

    private PollConnection Connection(bool isTls = false) =>
        new(_network.Object, new() { Host = "example.org", Port = 1, EndPoint = s_first, Tls = isTls ? new() : null });
}
