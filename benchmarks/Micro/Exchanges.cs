using System.Text;
using PollHttp.Core;

namespace PollHttp.Micro;

/// <summary>A connection without a network: requests go nowhere, responses are copied in.</summary>
internal sealed class Exchanges
{
    private readonly HttpConnection _connection = HttpConnectionFactory.CreateHttp1();
    private Instant _now = new(1);

    /// <summary>One exchange; returns the bytes of its body.</summary>
    public long Run(RequestHead head, ReadOnlySpan<byte> response)
    {
        _now += TimeSpan.FromTicks(1);
        ExchangeId exchange = _connection.Begin(head, ContentFraming.None, _now);
        _connection.AdvanceSent(_connection.GetOutput().Length, _now);
        long body = 0;
        bool ended = false;
        while (!ended)
        {
            Memory<byte> room = _connection.GetReceiveBuffer();
            int count = Math.Min(room.Length, response.Length);
            response[..count].CopyTo(room.Span);
            response = response[count..];
            _connection.CommitReceived(count, _now);
            ended = Drain(exchange, ref body);
        }

        return body;
    }

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    private bool Drain(ExchangeId exchange, ref long body)
    {
        while (true)
        {
            switch (_connection.Poll(_now).Kind)
            {
                case EventKind.None:
                    return false;
                case EventKind.BodyData:
                    long length = new HttpExchange(_connection, exchange).Body.Length;
                    body += length;
                    _connection.ConsumeBody(exchange, length);
                    break;
                case EventKind.EndOfResponse:
                    return true;
                case EventKind.Faulted:
                    throw new InvalidOperationException(_connection.Fault.Describe());
            }
        }
    }
}
