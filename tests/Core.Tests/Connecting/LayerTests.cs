using System.Net;
using Moq;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

public class LayerTests
{
    private static readonly IPAddress s_address = IPAddress.Parse("93.184.216.34");

    private readonly SimulatedNetwork _network = new();

    public LayerTests() => _network.Listen(new IPEndPoint(s_address, 80), _ => { });

    [Fact]
    public void A_layer_is_put_on_an_open_transport_and_is_what_HTTP_is_spoken_over()
    {
        ITransport? layered = null;
        using PollConnection connection = Open(below =>
        {
            Assert.Equal(TransportStatus.Open, below.Poll());
            return layered = Over(below, TransportStatus.Open).Object;
        });
        Assert.Equal(ConnectPhase.Http, connection.Phase);
        Assert.Same(layered, connection.Transport);
    }

    [Fact]
    public void A_layer_that_fails_to_open_is_a_fault_and_is_closed()
    {
        Mock<ITransport>? layer = null;
        using PollConnection connection = Open(below => (layer = Over(below, TransportStatus.Failed)).Object);
        Assert.Equal(FaultKind.ConnectFailed, connection.Fault.Kind);
        Assert.Equal(TransportError.Reset, connection.Fault.Transport.Error);
        Assert.Equal("Could not connect to 93.184.216.34:80 (the layer above the transport could not be opened): connection reset by peer.", connection.Fault.Describe());
        layer!.Verify(l => l.Dispose(), Times.Once);
    }

    [Fact]
    public void What_making_a_layer_throws_is_a_fault_too()
    {
        InvalidTimeZoneException mine = new("mine");
        using PollConnection connection = Open(_ => throw mine);
        Assert.Equal(FaultKind.ConnectFailed, connection.Fault.Kind);
        Assert.Same(mine, connection.Fault.Transport.Cause);
    }

    private PollConnection Open(Func<ITransport, ITransport> layer) =>
        ConnectDriver.Open(_network, new() { Host = s_address.ToString(), Port = 80, Layer = layer });

    private static Mock<ITransport> Over(ITransport below, TransportStatus status)
    {
        Mock<ITransport> layer = new();
        layer.Setup(l => l.Poll()).Returns(status);
        layer.SetupGet(l => l.Failure).Returns(new TransportFailure(TransportError.Reset, null));
        layer.Setup(l => l.Dispose()).Callback(below.Dispose);
        return layer;
    }
}
