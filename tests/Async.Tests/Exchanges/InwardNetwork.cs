using System.Buffers;
using System.Net;
using System.Net.Security;
using PollHttp.Core;

namespace PollHttp.Tests.Exchanges;

/// <summary>Another network, whose transports look into themselves first, as TLS does: the read after one that emptied the transport
/// below begins without asking it, and only a poll that finds it begun asks.</summary>
internal sealed class InwardNetwork(INetwork network) : INetwork
{
    public IResolver Resolver => network.Resolver;

    public TimeProvider TimeProvider => network.TimeProvider;

    public ITransport Dial(EndPoint endPoint) => new Transport(network.Dial(endPoint));

    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker) => throw new NotSupportedException();

    public IPoller CreatePoller() => new Poller(network.CreatePoller());

    private sealed class Transport(ITransport below) : ITransport
    {
        private bool _hasBegun;
        private bool _isEmptied;

        public ITransport Below => below;

        public TransportFailure Failure => below.Failure;

        public EndPoint? RemoteEndPoint => below.RemoteEndPoint;

        public object? Owner { get; set; }

        public TransportStatus Poll() => below.Poll();

        public IoResult TryRead(Memory<byte> buffer)
        {
            IoResult result = !_hasBegun && _isEmptied ? IoResult.WouldBlock : below.TryRead(buffer);
            _hasBegun = result.Status == IoStatus.WouldBlock;
            _isEmptied = result.Status == IoStatus.Done && result.Count < buffer.Length;
            return result;
        }

        public IoResult TryWrite(ReadOnlySequence<byte> data) => below.TryWrite(data);

        public void ShutdownSend() => below.ShutdownSend();

        public TransportInterest GetInterest(TransportInterest wanted) =>
            below.Poll() == TransportStatus.Open && (wanted & TransportInterest.Read) != 0 && !_hasBegun
                ? TransportInterest.Immediate
                : below.GetInterest(wanted);

        public void Dispose() => below.Dispose();
    }

    private sealed class Poller(IPoller inner) : IPoller
    {
        private readonly Dictionary<ITransport, Transport> _above = [];
        private readonly List<ITransport> _ready = [];

        public void Set(ITransport transport, TransportInterest interest)
        {
            Transport above = (Transport)transport;
            _above[above.Below] = above;
            inner.Set(above.Below, interest);
        }

        public int Wait(TimeSpan timeout, IList<ITransport> ready)
        {
            _ready.Clear();
            inner.Wait(timeout, _ready);
            _ready.ForEach(below => ready.Add(_above[below]));
            return _ready.Count;
        }

        public void Wake() => inner.Wake();

        public void Dispose() => inner.Dispose();
    }
}
