using System.Buffers;
using System.Text;
using PollHttp.Core;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>One exchange from request bytes to the end of the response, cut in every way.</summary>
public sealed class FirstExchangeTests
{
    private static readonly Instant s_start = new(0);

    [Theory]
    [Trait("fault", "F-28")]
    [Trait("fault", "F-29")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "ResponseHead 200;Body hello;EndOfResponse;Idle")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: 1\r\n\r\n", "ResponseHead 200;Body hello;EndOfResponse;Idle")]
    [InlineData("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", "Informational 103;ResponseHead 204;EndOfResponse;Idle")]
    [InlineData("HTTP/1.1 200 OK\nA: b\n\n", "Faulted BareLineFeed;Closed;Failed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n", "Faulted ConflictingLengths;Closed;Failed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP", "ResponseHead 200;Body hello;EndOfResponse;Closed;MustClose")]
    public void Events_do_not_depend_on_how_the_bytes_are_cut(string response, string expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(response);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(expected, Run(bytes, [cut, bytes.Length - cut]));
        }

        Assert.Equal(expected, Run(bytes, [.. Enumerable.Repeat(1, bytes.Length)]));
    }

    [Fact]
    public void A_finished_exchange_holds_no_memory()
    {
        var pool = new SlabPool();
        var http = new Http1Connection(null, pool);
        _ = Run(Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), [43], http);
        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(1, http.AvailableExchanges);
    }

    private static string Run(byte[] bytes, int[] pieces, Http1Connection? http = null)
    {
        http ??= new Http1Connection();
        var head = new RequestHead { Authority = "example.test" };
        ExchangeId exchange = http.Begin(head, ContentFraming.None, s_start);
        Assert.Equal("GET / HTTP/1.1\r\nHost: example.test\r\n\r\n", Encoding.Latin1.GetString(http.GetOutput().ToArray()));
        http.AdvanceSent(http.GetOutput().Length, s_start);

        var log = new List<string>();
        var body = new StringBuilder();
        int position = 0;
        foreach (int piece in pieces)
        {
            Memory<byte> buffer = http.GetReceiveBuffer();
            if (piece > 0 && !buffer.IsEmpty)
            {
                bytes.AsMemory(position, piece).CopyTo(buffer);
                http.CommitReceived(piece, s_start);
            }

            position += piece;
            Drain(http, exchange, log, body);
        }

        log.Add(http.ReceiveState.ToString());
        return string.Join(';', log);
    }

    private static void Drain(Http1Connection http, ExchangeId exchange, List<string> log, StringBuilder body)
    {
        ConnectionEvent happened;
        while ((happened = http.Poll(s_start)).Kind != EventKind.None)
        {
            switch (happened.Kind)
            {
                case EventKind.BodyData:
                    body.Append(Encoding.Latin1.GetString(http.Latest().Body.ToArray()));
                    http.ConsumeBody(exchange, http.Latest().Body.Length);
                    break;
                case EventKind.Informational or EventKind.ResponseHead:
                    log.Add($"{happened.Kind} {http.Latest().ResponseHead.StatusCode}");
                    break;
                case EventKind.Faulted:
                    log.Add($"Faulted {http.Fault.Kind}");
                    break;
                case EventKind.EndOfResponse:
                    if (body.Length > 0)
                    {
                        log.Add($"Body {body}");
                    }

                    log.Add("EndOfResponse");
                    break;
                default:
                    log.Add(happened.Kind.ToString());
                    break;
            }
        }
    }
}
