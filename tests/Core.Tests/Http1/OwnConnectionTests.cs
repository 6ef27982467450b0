using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>The protocol alone: whoever has the bytes has the connection. No pool, no socket, no task.</summary>
[Trait("ask", "A-01")]
public class OwnConnectionTests
{
    [Fact]
    public void Exchanges_are_driven_by_moving_bytes_by_hand()
    {
        Http1Connection http = new(new ExchangeOptions());
        for (int i = 1; i <= 3; i++)
        {
            ExchangeId exchange = http.Begin(new RequestHead { Target = $"/{i}", Authority = "example.test" }, ContentFraming.None, default);
            string sent = Encoding.ASCII.GetString(System.Buffers.BuffersExtensions.ToArray(http.GetOutput()));
            http.AdvanceSent(sent.Length, default);
            Assert.Equal($"GET /{i} HTTP/1.1\r\nHost: example.test\r\n\r\n", sent);

            byte[] reply = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n#{i}");
            reply.CopyTo(http.GetReceiveBuffer());
            http.CommitReceived(reply.Length, default);
            Assert.Equal(EventKind.ResponseHead, http.Poll(default).Kind);
            Assert.Equal(EventKind.BodyData, http.Poll(default).Kind);
            Assert.Equal($"#{i}", Encoding.ASCII.GetString(http.Latest().BodySlice.Span));
            http.ConsumeBody(exchange, 2);
            Assert.Equal(EventKind.EndOfResponse, http.Poll(default).Kind);
            Assert.Equal(1, http.AvailableExchanges);
        }

        Assert.Equal(3, http.CompletedExchanges);
        http.Close();
    }
}
